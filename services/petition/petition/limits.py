"""Limits per person and device: so many cases a day, the same text while the first is open, bans by supervision."""

import uuid
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from hashlib import sha256

from pymongo.errors import DuplicateKeyError

from kit import text
from kit.clock import utcnow
from kit.contract import PageRequest
from kit.counts import day_of
from kit.errors import Conflict, Invalid, NotFound, ServiceError
from kit.idempotency import Once
from kit.identity import Caller
from petition import steps
from petition.contract.bans import BanAuthor, BanPage, BanView, LiftBan
from petition.contract.filing import SubmitCase
from petition.contract.shapes import CaseReceipt
from petition.domain import ban
from petition.domain.ban import Ban
from petition.parts import Parts

ACCOUNT, DEVICE, PICTURES = "account", "device", "pictures"
ENOUGH = {
    ACCOUNT: "您今天已提交{most}件，请明天再提交。",
    DEVICE: "这台设备今天已提交{most}件，请明天再提交。",
    PICTURES: "您今天已上传{most}个文件，请明天再上传。",
}


def check_ban(parts: Parts, caller: Caller, now: datetime) -> None:
    """Raises `Invalid` (field `account`) with reason and end when the caller may not submit now."""
    if holding := parts.bans.holding(caller.id, now):
        end = holding.until.astimezone(parts.rules.calendar.zone).strftime("%Y年%m月%d日%H:%M")
        raise Invalid.field("account", f"您暂时不能提交，{end}恢复。原因：{holding.reason}")


def within_a_day(parts: Parts, what: str, who: str, now: datetime, most: int | None) -> AbstractContextManager[None]:
    """Files or uploads within what an account or a device may a day; what fails is not counted.

    Who names no device is not held up: the app names one, and who wants to can leave it out. Raises `RateLimited` when
    the day's number is filed, saying when the next day begins.
    """
    if most is None or not who:
        return nullcontext()
    day, words = day_of(now, parts.rules.calendar.zone), ENOUGH[what].format(most=most)
    return parts.day_counts.within(what, who, day, most, now, words)


def same_again(first: str) -> ServiceError:
    """The refusal of what an open case of the same person says already."""
    return Invalid.field("text", f"您已提交过同样的内容，编号{first}，请在“我的问政”中查看进展")


def sameness(request: SubmitCase, caller: Caller) -> str:
    """What two submissions of one person have in common that say the same: a hash, which tells nobody what."""
    words = text.normalised(f"{request.title} {request.text}").replace(" ", "")
    return sha256(f"{caller.id}\0{words}".encode()).hexdigest()


def ban_author(parts: Parts, request: BanAuthor, caller: Caller) -> CaseReceipt:
    """Keeps the author of a case from submitting for some days; who he is, nobody learns by it.

    Raises `NotFound`, and `Conflict` when he has left.
    """
    once = Once(caller.id, request)
    if answer := once.find(parts.bans.collection):
        return CaseReceipt.model_validate(answer)
    case = steps.visible_case(parts.cases.seen(request.no), caller)
    if case.author is None:
        raise Conflict("反映人已注销账号。")
    now, receipt = utcnow(), steps.receipt_of(case, parts.rules)
    given = ban.give(uuid.uuid4().hex, case.author, case.no, request.reason, now, request.days, caller.id)
    try:
        parts.bans.add(given, once.note(receipt.model_dump(mode="json"), now))
    except DuplicateKeyError:  # the same request ran at the same time
        return CaseReceipt.model_validate(once.find(parts.bans.collection))
    return receipt


def list_bans(parts: Parts, request: PageRequest) -> BanPage:
    """All bans, the latest first."""
    found, cursor = parts.bans.latest(request.limit, request.cursor)
    now = utcnow()
    return BanPage(items=[_shown(one, now) for one in found], next_cursor=cursor)


def lift_ban(parts: Parts, request: LiftBan, caller: Caller) -> BanView:
    """Lifts a ban before its end; one that holds no more stays as it is. Raises `NotFound`."""
    once, now = Once(caller.id, request), utcnow()
    document = parts.bans.document(request.id)
    if document is None:
        raise NotFound("没有找到这条限制。")
    if answer := once.answered_by(document):
        return BanView.model_validate(answer)
    lifted = parts.bans.of(document).lifted(now, caller.id, request.reason)
    view = _shown(lifted, now)
    if lifted.lifted_at == now:
        parts.bans.put(lifted, once.push(view.model_dump(mode="json"), now))
    return view


def _shown(one: Ban, now: datetime) -> BanView:
    return BanView(**one.model_dump(exclude={"account", "by", "lifted_by"}), holds=one.holds(now))
