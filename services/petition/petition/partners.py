"""Partners: letting them in and out, and what they file by their key: cases and the pictures that go with them."""

import re
import secrets
from hashlib import sha256

from pymongo.errors import DuplicateKeyError

from kit import text
from kit.clock import utcnow
from kit.contract import PageRequest
from kit.errors import Forbidden, Invalid, NotFound
from kit.idempotency import Once
from kit.identity import Caller
from kit.transfers import Chunk, FinishUpload, Picture, PutChunk, StartUpload, Upload
from petition import filing, pictures, steps
from petition.contract.filing import SubmitCase
from petition.contract.partners import (
    CreatePartner,
    FilePartnerCase,
    FinishPartnerUpload,
    GetPartner,
    PartnerKey,
    PartnerName,
    PartnerPage,
    PartnerView,
    PutPartnerChunk,
    RevokePartner,
    StartPartnerUpload,
)
from petition.contract.shapes import CaseReceipt
from petition.domain import towns
from petition.domain.partner import Partner, Right, id_of
from petition.parts import Parts

_KEY_BYTES = 32
_SHORTEST_TITLE, _LONGEST_TITLE = 4, 60
_BLANKS = re.compile(r"[ \t\u3000]+")
_SENTENCE_ENDS = "。！？!?\n"
_NOT_FOR = {Right.CASES: "这个接口密钥不能用来提交诉求。", Right.NEWS: "这个接口密钥不能用来读取新闻。"}


def create_partner(parts: Parts, request: CreatePartner, caller: Caller) -> PartnerKey:
    """Lets a partner in. Its key is in this answer and nowhere else: the same request again is answered without it."""
    once = Once(caller.id, request)
    if answer := once.find(parts.partners.collection):
        return PartnerKey.model_validate(answer)
    now, key = utcnow(), secrets.token_urlsafe(_KEY_BYTES)
    given = request.model_dump(exclude={"idempotency_key"})
    partner = Partner(id=id_of(secrets.token_hex(8)), since=now, by=caller.id, **given)
    view = _shown(partner)
    try:
        parts.partners.add(partner, key, once.note(PartnerKey(partner=view, key=None).model_dump(mode="json"), now))
    except DuplicateKeyError:  # the same request ran at the same time
        return PartnerKey.model_validate(once.find(parts.partners.collection))
    return PartnerKey(partner=view, key=key)


def list_partners(parts: Parts, request: PageRequest) -> PartnerPage:
    """All partners, the latest first."""
    found, cursor = parts.partners.latest(request.limit, request.cursor)
    return PartnerPage(items=[_shown(one) for one in found], next_cursor=cursor)


def revoke_partner(parts: Parts, request: RevokePartner, caller: Caller) -> PartnerView:
    """Ends what a partner may do; its cases stay. One that was revoked before stays as it is. Raises `NotFound`."""
    once, now = Once(caller.id, request), utcnow()
    document = parts.partners.document(request.id)
    if document is None:
        raise NotFound("没有找到这个接入方。")
    if answer := once.answered_by(document):
        return PartnerView.model_validate(answer)
    revoked = parts.partners.of(document).revoked(now, caller.id, request.reason)
    view = _shown(revoked)
    if revoked.revoked_at == now:
        parts.partners.put(revoked, once.push(view.model_dump(mode="json"), now))
    return view


def get_partner(parts: Parts, request: GetPartner) -> PartnerName:
    """Whose key this is. Raises `Forbidden` for one that does not count, or not for this."""
    return PartnerName(name=_partner(parts, request.api_key, request.right).name)


def file_partner_case(parts: Parts, request: FilePartnerCase) -> CaseReceipt:
    """Files a case for a partner; the same form again while the first is open is answered with that one's number.

    Raises `Forbidden` for a key that does not count, `RateLimited` beyond the day's quota, and what `submit_case` does.
    """
    partner = _partner(parts, request.api_key)
    case = _case_of(parts, request)
    terms = filing.Terms(partner.quota, _sameness(partner, request, case))
    try:
        return filing.file_once(parts, case, _caller(partner), terms)
    except filing.AlreadyOpen as same:
        return _receipt(parts, same.no)


def start_upload(parts: Parts, request: StartPartnerUpload) -> Upload:
    """Begins the upload of a picture. Raises `Forbidden`, and what `pictures.start_upload` does."""
    partner = _partner(parts, request.api_key)
    return pictures.start_upload(parts, StartUpload(**request.model_dump(exclude={"api_key"})), _caller(partner))


def put_chunk(parts: Parts, request: PutPartnerChunk) -> Chunk:
    """Takes one chunk of an upload."""
    partner = _partner(parts, request.api_key)
    return pictures.put_chunk(parts, PutChunk(**request.model_dump(exclude={"api_key"})), _caller(partner))


def finish_upload(parts: Parts, request: FinishPartnerUpload) -> Picture:
    """Makes a picture of what was uploaded."""
    partner = _partner(parts, request.api_key)
    made = pictures.finish_upload(parts, FinishUpload(**request.model_dump(exclude={"api_key"})), _caller(partner))
    return Picture(**made.model_dump(exclude={"pages"}))


def _partner(parts: Parts, key: str, right: Right = Right.CASES) -> Partner:
    partner = parts.partners.with_key(key)
    if partner is None or not partner.admitted:
        raise Forbidden("接口密钥无效或已停用。")
    if not partner.may(right):
        raise Forbidden(_NOT_FOR[right])
    return partner


def _caller(partner: Partner) -> Caller:
    """The partner as use cases know people; no token says so, and no step on a case is for this kind."""
    return Caller("partner", partner.id)


def _case_of(parts: Parts, request: FilePartnerCase) -> SubmitCase:
    """What the form says, as a resident would have filed it."""
    return SubmitCase(
        category=request.category,
        town=_town(parts, request),
        place=request.place,
        point=request.point,
        title=_title(request.text),
        text=request.text,
        pictures=request.pictures,
        visibility=request.visibility,
        idempotency_key=request.idempotency_key,
    )


def _town(parts: Parts, request: FilePartnerCase) -> str:
    """The town that was named, or whose centre is nearest to the point. Raises `Invalid` (town, or point)."""
    if request.town:
        return request.town
    point = filing.location_of(request.point)
    if point is None:
        raise Invalid.field("town", "请选择所在街道或镇，或者提供经纬度")
    if found := towns.nearest(point, parts.rules.directory):
        return found
    raise Invalid.field("point", f"位置不在{parts.rules.directory.district.name}范围内")


def _title(words: str) -> str:
    """The first sentence, for lists."""
    plain = _BLANKS.sub(" ", words)
    ends = [place for mark in _SENTENCE_ENDS if (place := plain.find(mark, _SHORTEST_TITLE)) > 0]
    title = plain[: min(ends, default=len(plain))].replace("\n", " ").strip()
    if len(title) < _SHORTEST_TITLE:  # so short a text, and blanks in it
        return words[:_LONGEST_TITLE]
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1]}…"


def _sameness(partner: Partner, request: FilePartnerCase, case: SubmitCase) -> str:
    """What two forms of one sender have in common that say the same; a hash, so that the sender is not kept.

    A program speaks for many people, who may use the same few words of different places.
    """
    words = text.normalised(f"{case.text} {case.place}").replace(" ", "")
    point = f"{case.point.lon:.4f},{case.point.lat:.4f}" if case.point else ""
    said = (partner.id, request.device_id, request.account_id, case.category, case.town, point, words)
    return sha256("\0".join(said).encode()).hexdigest()


def _receipt(parts: Parts, no: str) -> CaseReceipt:
    case = parts.cases.seen(no)
    if case is None:
        raise NotFound
    return steps.receipt_of(case, parts.rules)


def _shown(partner: Partner) -> PartnerView:
    return PartnerView(**partner.model_dump())
