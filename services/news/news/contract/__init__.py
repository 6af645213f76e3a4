"""What crosses the wire: requests with their limits, views with what each reader may see, events."""

from kit.contract import View
from news.contract.alerts import ALERT_TOLD, AlertTold
from news.contract.comments import AUTHOR_TOLD, CommentAuthorTold, CommentTold
from news.contract.coverage import CaseRetitled, CoverageChanged, CoverageLinked, EchoTold
from news.contract.events import TIP_TOLD, TOLD, ArticleTold, HeadlineCorrected, TipTold
from news.contract.front import FrontTold
from news.contract.keeping import FollowersTold
from news.contract.media import PictureRightsTold

EVENTS: dict[str, type[View]] = {
    **{f"news.article_{told}.v1": ArticleTold for told in TOLD},
    "news.headline_corrected.v1": HeadlineCorrected,
    "news.coverage_linked.v1": CoverageLinked,
    "news.coverage_changed.v1": CoverageChanged,
    "news.echo_told.v1": EchoTold,
    "news.case_retitled.v1": CaseRetitled,
    **{f"news.alert_{told}.v1": AlertTold for told in ALERT_TOLD.values()},
    "news.comment_changed.v1": CommentTold,
    **{f"news.comment_{told}.v1": CommentAuthorTold for told in AUTHOR_TOLD},
    "news.followers_told.v1": FollowersTold,
    "news.front_changed.v1": FrontTold,
    "news.picture_rights_changed.v1": PictureRightsTold,
    **{f"news.tip_{told}.v1": TipTold for told in TIP_TOLD},
}
CALLS: tuple[str, ...] = ("accounts", "petition")
