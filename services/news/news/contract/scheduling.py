"""When an article goes out."""

from pydantic import AwareDatetime, Field

from news.contract.desk import PublishArticle


class ScheduleArticle(PublishArticle):
    at: AwareDatetime = Field(title="发布时间")


class UnscheduleArticle(PublishArticle):
    pass


class EmbargoArticle(PublishArticle):
    """Held back until then; without a time, no more."""

    until: AwareDatetime | None = Field(None, title="时限（解禁时间）")
