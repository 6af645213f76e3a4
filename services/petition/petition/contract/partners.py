"""Programs of partners: what each may do by its key, and the cases that they file."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from kit.contract import Command, Moment, Page, Request, Text, View
from kit.transfers import FinishUpload, PutChunk, StartUpload
from petition.contract.shapes import Code, Pictures, Point
from petition.domain.case import Visibility
from petition.domain.partner import Right


def _each_once(rights: list[Right]) -> list[Right]:
    return list(dict.fromkeys(rights))


Rights = Annotated[list[Right], Field(min_length=1), AfterValidator(_each_once)]


class PartnerKeyed(Request):
    """What a partner's program sends: its key says who it is."""

    api_key: str = Field(title="接口密钥", min_length=1, max_length=200)


class GetPartner(PartnerKeyed):
    """Whose key it is, if it is good for this."""

    right: Right = Field(Right.CASES, title="用途")


class FilePartnerCase(PartnerKeyed, Command):
    """A case that a partner's program files. Without `town`, the point says in which town it is.

    `device_id` and `account_id` tell one sender from another and are not kept.
    """

    category: Code = Field(title="问题类别")
    town: Code | None = Field(None, title="所在街道或镇")
    place: Text = Field("", title="具体地点", max_length=100)
    point: Point | None = Field(None, title="位置")
    text: Text = Field(title="正文", min_length=5, max_length=4000)
    pictures: Pictures = Field(default_factory=list, title="图片")
    visibility: Visibility = Field(Visibility.PUBLIC, title="公开方式")
    device_id: str = Field("", title="设备", max_length=255)
    account_id: str = Field("", title="账号", max_length=255)


class StartPartnerUpload(PartnerKeyed, StartUpload):
    pass


class PutPartnerChunk(PartnerKeyed, PutChunk):
    pass


class FinishPartnerUpload(PartnerKeyed, FinishUpload):
    pass


class CreatePartner(Command):
    """`quota`: cases a day; `contact`: whom to ask about what the program sends; `rights`: what its key is good for."""

    name: Text = Field(title="名称", min_length=2, max_length=60)
    contact: Text = Field(title="联系方式", min_length=2, max_length=200)
    quota: int = Field(title="每日件数", ge=1, le=10_000)
    rights: Rights = Field([Right.CASES], title="用途")


class RevokePartner(Command):
    id: Annotated[str, StringConstraints(pattern=r"^p_[0-9a-f]{16}$")] = Field(title="编号")
    reason: Text = Field("", title="停用原因", max_length=200)


class PartnerName(View):
    name: str


class PartnerView(View):
    id: str
    name: str
    contact: str
    quota: int
    rights: list[Right] = Field([Right.CASES])
    since: Moment
    by: str
    revoked_at: Moment | None
    revoked_by: str | None
    revoked_because: str | None


class PartnerKey(View):
    """A new partner. Nobody is shown `key` a second time: it is null when the same request is repeated."""

    partner: PartnerView
    key: str | None


class PartnerPage(Page[PartnerView]):
    pass
