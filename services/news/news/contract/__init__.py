"""What crosses the wire: requests with their limits, views with what each reader may see, events."""

from kit.contract import View
from news.contract.events import TIP_TOLD, TOLD, ArticleTold, TipTold

EVENTS: dict[str, type[View]] = {
    **{f"news.article_{told}.v1": ArticleTold for told in TOLD},
    **{f"news.tip_{told}.v1": TipTold for told in TIP_TOLD},
}
CALLS: tuple[str, ...] = ("accounts",)
