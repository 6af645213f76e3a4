"""What crosses the wire: requests with their limits, views with what each reader may see, events."""

from kit.contract import View
from news.contract.coverage import CoverageChanged, CoverageLinked
from news.contract.events import TOLD, ArticleTold

EVENTS: dict[str, type[View]] = {
    **{f"news.article_{told}.v1": ArticleTold for told in TOLD},
    "news.coverage_linked.v1": CoverageLinked,
    "news.coverage_changed.v1": CoverageChanged,
}
CALLS: tuple[str, ...] = ("petition",)
