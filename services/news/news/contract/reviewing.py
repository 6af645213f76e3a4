"""三审三校: what the newsroom asks from handing in to approval."""

from pydantic import Field

from kit.contract import Request, Text
from news.contract.desk import PublishArticle


class SubmitArticle(PublishArticle):
    """Hands it in. A `note` is needed when something stays that the check says must be changed."""

    note: Text = Field("", title="送审说明", max_length=200)


class RecallArticle(PublishArticle):
    pass


class ApproveArticle(PublishArticle):
    note: Text = Field("", title="审核意见", max_length=200)


class RemarkGiven(Request):
    """What is to be changed: in a block, by its place in `body`, or in the whole."""

    block: int | None = Field(None, title="段落", ge=0, lt=200)
    text: Text = Field(title="意见", min_length=2, max_length=300)


class ReturnArticle(PublishArticle):
    remarks: list[RemarkGiven] = Field([], title="意见", max_length=50)
    note: Text = Field("", title="总的意见", max_length=300)


class PublishUrgently(PublishArticle):
    """A `note` is needed when something stays that the check says must be changed, and it was never handed in."""

    reason: Text = Field(title="紧急发布理由", min_length=2, max_length=200)
    note: Text = Field("", title="保留理由", max_length=200)


class ReviewLater(PublishArticle):
    note: Text = Field("", title="补审意见", max_length=200)
