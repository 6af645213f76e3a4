"""When an article goes out."""

from pydantic import AwareDatetime, Field

from kit.contract import Text
from news.contract.desk import PublishArticle


class ScheduleArticle(PublishArticle):
    at: AwareDatetime = Field(title="发布时间")


class UnscheduleArticle(PublishArticle):
    pass


class EmbargoArticle(PublishArticle):
    """Held back until then; without a time, no more. A `note` is needed where it was held back longer before."""

    until: AwareDatetime | None = Field(None, title="时限（解禁时间）")
    note: Text = Field("", title="调整时限的理由", max_length=200)
