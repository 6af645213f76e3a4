"""爆料, the sender's side: sending a tip, following it by its receipt or one's account, its pictures."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime, timedelta

from pymongo.errors import DuplicateKeyError

from kit import pictures, text
from kit.clock import utcnow
from kit.contract import Command, PageRequest
from kit.counts import day_of, hour_of
from kit.errors import Invalid, NotFound, RateLimited, ServiceError, Unavailable
from kit.idempotency import ATTEMPTS, Once
from kit.identity import RESIDENT, Caller
from kit.mongo import Document
from kit.transfers import Chunk, FinishUpload, Picture, PutChunk, StartUpload, Upload
from news import tip_views
from news.contract.tips import GetTipStatus, MyTipPage, SendTip, TipReceipt, TipStatus
from news.domain import tips
from news.domain.lifecycle import EDITORS
from news.domain.numbers import new_number
from news.domain.tips import Place, Tip, TipPicture
from news.parts import Parts

UPLOADER = "tips"
"""Owns every picture that is sent for a tip: whose it is, nobody knows. Who knows its number, which is told to its
sender alone, has it."""
UNUSED_KEPT = timedelta(days=1)
SWEPT_AT_ONCE = 200
PUT_OFF = timedelta(days=1)


class Sending(Command):
    """What makes a tip once. `told` stands for all of it: the answers of a document must not give a contact away."""

    told: str


def send_tip(parts: Parts, request: SendTip, caller: Caller) -> TipReceipt:
    """Takes a tip in. The same request, repeated or run at the same time, makes one tip and gets its receipt.

    Raises `Invalid` for a column, town, place or picture that does not exist and for the same words again,
    `RateLimited` beyond the day's number, `Conflict` for another request under the same key.
    """
    told = parts.tips.fingerprint("sending", request.model_dump_json(exclude={"idempotency_key"}))
    once = Once(_who(caller), Sending(idempotency_key=request.idempotency_key, told=told))
    same = parts.tips.fingerprint("same", f"{_who(caller)}\0{text.normalised(request.text).replace(' ', '')}")
    for _ in range(ATTEMPTS):
        try:
            return _send(parts, request, caller, once, same)
        except (DuplicateKeyError, ServiceError) as error:  # looked for only now: nearly every request is new
            if answer := once.find(parts.tips.collection):
                return TipReceipt.model_validate({**answer, "code": parts.tips.code(once.key)})
            if parts.tips.number_of_same(same):
                raise Invalid.field("text", "您已发送过同样的内容，不必重复发送") from None
            if isinstance(error, ServiceError):
                raise
    raise Unavailable


def get_tip_status(parts: Parts, request: GetTipStatus, caller: Caller) -> TipStatus:
    """How far the tip of this receipt has come. Right or wrong, a code costs the same work.

    Raises `NotFound` for a code that is no tip's, `RateLimited` for an address that has tried too many of them.
    """
    now, most = utcnow(), parts.directory.tips.wrong_codes_an_hour
    hour = hour_of(now)
    if not parts.counts.take("tip code", caller.client_ip, hour.begin, most, hour.over):  # before it is looked for
        raise RateLimited("尝试次数过多，请稍后再查。", extra={"retry_after": hour.seconds_left(now)})
    tip = parts.tips.by_code(request.code)
    if tip is None:
        raise NotFound("没有找到这个回执码，请核对后重新输入。")
    parts.counts.give_back("tip code", caller.client_ip, hour.begin)
    return tip_views.status(parts, tip)


def list_my_tips(parts: Parts, request: PageRequest, caller: Caller) -> MyTipPage:
    """The caller's own tips that he has kept with his account, newest first."""
    found, cursor = parts.tips.of_author(caller.id, request.limit, request.cursor)
    return MyTipPage(items=tip_views.own(parts, found), next_cursor=cursor)


def start_upload(parts: Parts, request: StartUpload, caller: Caller) -> Upload:
    """Begins the upload of a picture for a tip. Raises `Invalid` for a type not taken, `TooLarge`, `RateLimited`."""
    if request.content_type not in pictures.CONTENT_TYPES:
        raise Invalid.field("content_type", "不支持这种文件，请换成 JPG、PNG 或 WebP 图片")
    with _within(parts, "tip picture", caller.client_ip, parts.directory.tips.pictures_a_day_of_an_address):
        return Upload(id=parts.images.uploads.start(UPLOADER, request.content_type, request.size, utcnow()))


def put_chunk(parts: Parts, request: PutChunk) -> Chunk:
    """Takes one chunk; the same one may come again."""
    parts.images.uploads.put(UPLOADER, request.id, request.number, request.data)
    return Chunk(number=request.number)


def finish_upload(parts: Parts, request: FinishUpload) -> Picture:
    """Makes a picture of what was uploaded: pixels only, upright, two sizes. Repeated, it answers the same."""
    now = utcnow()

    def make(data: bytes) -> Document:
        return parts.images.add(request.id, UPLOADER, pictures.render(data), brought_at=now)

    row = parts.images.made_of(UPLOADER, request, now, make)
    return Picture(id=row["_id"], width=row["width"], height=row["height"])


def sees_picture(parts: Parts, picture: str, caller: Caller) -> bool:
    """Whether the caller may see a picture of a tip: editors, and whoever sent it and kept it with his account."""
    tip = parts.tips.with_picture(picture)
    if tip is None:
        return False
    return bool(caller.roles & EDITORS) or (caller.kind == RESIDENT and tip.author == caller.id)


def forget_unused(parts: Parts) -> int:
    """Removes pictures that were brought more than a day ago and came with no tip; returns how many."""
    return parts.images.forget_unused(
        utcnow() - UNUSED_KEPT, lambda picture: parts.tips.with_picture(picture) is not None
    )


def index_words(parts: Parts) -> int:
    """Has tips found that an instance of before has kept while both were there; returns how many."""
    return parts.tips.index_words(utcnow() - UNUSED_KEPT)


def erase_contacts(parts: Parts) -> int:
    """Erases contacts whose time has come; returns how many."""
    return parts.tips.erase_contacts(utcnow())


def erase_texts(parts: Parts) -> int:
    """Erases what tips say, and their pictures, when their time has come; returns of how many.

    Not while an investigation that is not closed names the tip. A picture that an article shows is the article's.
    """
    for tip in parts.tips.undated(SWEPT_AT_ONCE):
        parts.tips.look_again(tip, _text_until(parts, tip))
    now = utcnow()
    return sum(_erase_text(parts, tip, now) for tip in parts.tips.due(now, SWEPT_AT_ONCE))


def _text_until(parts: Parts, tip: Tip) -> datetime:
    rules = parts.directory.tips
    return tips.text_until(tip, days=rules.text_days, days_after=rules.text_days_after)


def _erase_text(parts: Parts, tip: Tip, now: datetime) -> bool:
    until = _text_until(parts, tip)
    if until > now or parts.investigations.uses(tip.no):
        parts.tips.look_again(tip, max(until, now + PUT_OFF))
        return False
    own = [one.id for one in tip.pictures if not parts.articles.using(one.id, 1)]
    brought = {"$set": {"brought_at": now}}  # should this process die half-way, they go as pictures without a tip
    parts.images.rows.update_many({"_id": {"$in": own}}, brought)
    if not parts.tips.erase_text(tip, tips.erased(tip)):
        return False
    for picture in own:
        parts.images.remove(picture)
    return True


def _send(parts: Parts, request: SendTip, caller: Caller, once: Once, same: str) -> TipReceipt:
    now, rules, district = utcnow(), parts.directory.tips, parts.directory.district
    asked = Tip(
        no=new_number(district.number_prefix, now, district.zone, "T"),
        author=caller.id if request.mine and caller.kind == RESIDENT else None,
        sent_at=now,
        **_words(parts, request),
    )
    tip = tips.send(asked, contact_days=rules.contact_days if request.contact else None)
    receipt = tip_views.receipt(tip, parts.tips.code(once.key))
    note = once.note(receipt.model_dump(mode="json", exclude={"code"}), now)
    contact = request.contact.model_dump() if request.contact else None
    with _allowance(parts, caller):
        parts.tips.insert(tip, contact, once.key, same, note)
    return receipt


def _words(parts: Parts, request: SendTip) -> Document:
    """What the tip says, checked against what there is. Raises `Invalid` naming the field."""
    directory, point = parts.directory, request.point
    if request.column is not None and not parts.columns.exists(request.column):
        raise Invalid.field("column", "没有这个栏目")
    if request.town is not None and request.town not in directory.towns:
        raise Invalid.field("town", "没有这个街道或镇")
    if point is not None and not directory.district.bbox.holds(point.lon, point.lat):
        raise Invalid.field("point", f"位置不在{directory.district.name}内")
    rows = [row for row in parts.images.found(request.pictures) if row["owner"] == UPLOADER]
    taken = [row for row in rows if parts.tips.with_picture(row["_id"])]
    if taken or len(rows) != len(request.pictures):
        raise Invalid.field("pictures", "有图片没有上传完成，请重新添加图片")
    return {
        **request.model_dump(include={"text", "column", "town", "place"}),
        "point": Place(lon=point.lon, lat=point.lat) if point else None,
        "pictures": tuple(TipPicture(id=row["_id"], width=row["width"], height=row["height"]) for row in rows),
    }


def _who(caller: Caller) -> str:
    """Who a sender is, as far as a repetition is his: his account, else his device, else where he is."""
    return f"visitor {caller.device or caller.client_ip}" if caller.anonymous else caller.id


@contextmanager
def _allowance(parts: Parts, caller: Caller) -> Iterator[None]:
    """Sends within what one person, device and address may send a day; what fails is not counted."""
    rules = parts.directory.tips
    limits = [("tip address", caller.client_ip, rules.a_day_of_an_address)]
    limits += [("tip device", caller.device, rules.a_day_of_a_device)] if caller.device else []
    limits += [] if caller.anonymous else [("tip person", caller.id, rules.a_day)]
    with ExitStack() as stack:
        for what, who, most in limits:
            stack.enter_context(_within(parts, what, who, most))
        yield


def _within(parts: Parts, what: str, who: str, most: int) -> AbstractContextManager[None]:
    """Counts one of the day, unless what follows fails. Raises `RateLimited` saying when the next day begins."""
    now = utcnow()
    day = day_of(now, parts.directory.district.zone)
    return parts.counts.within(what, who, day, most, now, "今天发送得太多了，请明天再发。")
