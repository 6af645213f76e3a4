"""Sending sign-in codes."""

from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from hashlib import sha256

from accounts.contract import RequestSmsCode, SmsCodeSent
from accounts.domain import phones
from accounts.domain import sms_codes as rules
from accounts.domain.addresses import is_public, network_of
from accounts.parts import Parts
from accounts.store.sms_codes import Raced
from kit.counts import hour_of
from kit.errors import Invalid, RateLimited

NETWORK = "sms codes of a network"
SENT = SmsCodeSent(expires_in=int(rules.LIFETIME.total_seconds()), retry_after=int(rules.PAUSE.total_seconds()))


def normalised(parts: Parts, phone: str) -> str:
    """The number in its one spelling. Raises Invalid."""
    try:
        return phones.normalise(phone, parts.demo)
    except phones.NotAMobileNumber:
        raise Invalid.field("phone", "请输入11位手机号") from None


def request_sms_code(parts: Parts, request: RequestSmsCode, address: str, now: datetime) -> SmsCodeSent:
    """Sends a code. A failed platform costs the resident nothing: the message does not count.

    Raises Invalid, RateLimited (one a minute, ten a day, so many an hour by one network) and Unavailable.
    """
    phone = normalised(parts, request.phone)
    key = sha256(request.idempotency_key.encode()).hexdigest()
    code = _reserve(parts, phone, key, now)
    if code is None:
        return SENT
    try:
        with _within_the_hour(parts, address, now):
            parts.sms.send(
                phone.removeprefix("+86"), f"【{parts.district}】您的验证码是{code}，5分钟内有效。请勿告诉他人。"
            )
    except BaseException:
        parts.codes.release(phone, key)
        raise
    parts.codes.confirm(phone, key)
    return SENT


def _reserve(parts: Parts, phone: str, key: str, now: datetime) -> str | None:
    """The code to send, or None when this very request was answered before."""
    while True:
        history = parts.codes.history(phone)
        same = [entry for entry in history if entry["key"] == key and now - entry["at"] < rules.LIFETIME]
        if any(entry["confirmed"] for entry in same):
            return None
        if not same:
            _check_may_send([entry["at"] for entry in history], now)
        code = rules.new_code()
        try:
            parts.codes.reserve(phone, code, history, key, now)
        except Raced:
            continue
        return code


def _within_the_hour(parts: Parts, address: str, now: datetime) -> AbstractContextManager[None]:
    """Within what may be sent at one network's asking, to whatever numbers; what is not sent does not count.

    Only of networks that are somebody's: behind an address of ours, as a proxy that is not told of has, is everyone.
    """
    if not is_public(address):
        return nullcontext()
    words = "您所在的网络获取验证码太频繁，请稍后再试。"
    return parts.counts.within(NETWORK, network_of(address), hour_of(now), parts.sms_an_hour, now, words)


def _check_may_send(sent: list[datetime], now: datetime) -> None:
    try:
        rules.check_may_send(sent, now)
    except rules.TooMany as error:
        raise RateLimited("今天获取验证码的次数已用完，请明天再试。", extra={"retry_after": error.seconds}) from None
    except rules.TooSoon as error:
        raise RateLimited(f"请在{error.seconds}秒后再获取验证码。", extra={"retry_after": error.seconds}) from None
