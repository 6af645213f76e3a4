"""办理记录, offline: the calls and visits that a department made about a case.

`log` raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from datetime import datetime
from typing import Any

from petition.domain import masking
from petition.domain.case import Case, Contact, ContactKind
from petition.domain.change import FIRST_ANSWER, Change, Rules, acting_unit, record, stop
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import BadValue, WrongState

MOST_CONTACTS = 200


def log(
    case: Case,
    actor: Actor,
    now: datetime,
    rules: Rules,
    *,
    kind: ContactKind,
    at: datetime,
    whom: str,
    place: str,
    text: str,
    pictures: tuple[str, ...] = (),
    public: bool,
) -> Change:
    """Writes down a call or a visit; only visits have pictures. In a public one, personal numbers are masked.

    A public one by the department in charge is a first answer to the resident, as its public note is.
    """
    target = permit(case, Action.LOG_CONTACT, actor)
    if len(case.contacts) >= MOST_CONTACTS:
        raise WrongState("这件诉求的联系记录已达上限。")
    check_when(case, at, now)
    if pictures and kind is not ContactKind.VISIT:
        raise BadValue("pictures", "只有现场走访可以附照片")
    words = as_read({"whom": whom, "place": place, "text": text}, public=public)
    unit = acting_unit(case, actor.departments)
    contact = Contact(
        kind=kind, at=at, logged_at=now, by=actor.id, unit=unit, pictures=pictures, public=public, **words
    )  # fmt: skip
    answers = public and unit == case.department
    values = {
        "state": target,
        "contacts": (*case.contacts, contact),
        "clocks": stop(case, now, FIRST_ANSWER) if answers else case.clocks,
    }
    told: dict[str, Any] = {
        "kind": kind.value, "unit": unit, "at": at.isoformat(), "pictures": list(pictures), **words,
    }  # fmt: skip
    if public:
        return record(case, Action.LOG_CONTACT, now, values, told, {"by": actor.id}, ("case_progressed",))
    return record(case, Action.LOG_CONTACT, now, values, {}, {**told, "by": actor.id})


def check_when(case: Case, at: datetime, now: datetime) -> None:
    """Raises `BadValue` unless `at` lies between the filing and now; people tell times to the minute."""
    if not case.filed_at.replace(second=0, microsecond=0) <= at <= now:
        raise BadValue("at", "请填写诉求提交以后、现在以前的时间")


def as_read(words: dict[str, str], *, public: bool) -> dict[str, str]:
    """The words as they are kept: personal numbers are masked in what everyone may read."""
    return {name: masking.mask(word) if public else word for name, word in words.items()}
