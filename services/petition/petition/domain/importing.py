"""History that a district brings: cases that were closed before this platform knew of them.

What is known is kept with its own times; what is not is nobody's invention. Where all times between the steps are
known, the history has the steps; else it has the import alone, and the figures have no time of a step from it. Rates
follow from the clocks, which the district's rules give to every case.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from petition.domain import clocks, history
from petition.domain.case import Asked, Case, Ending, Hop, Imported, Rating, Reply, Shown, State, Verdict, Visibility
from petition.domain.change import FIRST_ANSWER, OVERALL, Rules
from petition.domain.history import Entry
from petition.domain.intake import check_asked, let_through
from petition.domain.numbers import new_number
from petition.domain.refusals import BadValue

IMPORT = "import"
"""The entry of a history by which it came here: the last one."""
ANSWERED = (Ending.ANSWERED_RATED, Ending.ANSWERED_UNRATED)
ENDINGS = (*ANSWERED, Ending.REFUSED, Ending.ELSEWHERE, Ending.WITHDRAWN)


class Times(NamedTuple):
    """When it came in, what happened when as far as that is known, and when it ended."""

    filed: datetime
    accepted: datetime | None
    dispatched: datetime | None
    replied: datetime | None
    closed: datetime


class Told(NamedTuple):
    """What the district says of one case. `ref` is its own number for it, within `source`.

    `fingerprint` is the same for the same record, and for no other.
    """

    source: str
    ref: str
    fingerprint: str
    asked: Asked
    urgency: str
    times: Times
    ending: Ending
    department: str | None = None
    reply: str = ""
    verdict: Verdict | None = None
    rating: Rating | None = None


def number_of(told: Told, rules: Rules, nth: int = 0) -> str:
    """The number that this record has here, whenever it is read: the `nth` other one where cases have those before."""
    record = (told.source, told.ref, str(nth)) if nth else (told.source, told.ref)
    draw: Callable[[str], str] = Random("\0".join(record)).choice
    return new_number(rules.directory.district.number_prefix, told.times.filed, rules.calendar.zone, draw)


def closed_case(told: Told, now: datetime, rules: Rules, nth: int = 0) -> Case:
    """The case, closed, without an author. Raises `BadValue` naming the field that does not fit."""
    _check(told, now, rules)
    shown = let_through(told.asked)
    case = Case(
        no=number_of(told, rules, nth),
        author=None,
        asked=told.asked,
        filed_at=told.times.filed,
        state=State.CLOSED,
        version=0,
        told=0,
        shown=shown,
        urgency=told.urgency,
        department=told.department,
        hops=_hops(told),
        clocks=_clocks(told, rules),
        reply=_reply(told),
        ratings=(told.rating,) if told.rating else (),
        verdict=told.verdict,
        ending=told.ending,
        ended_at=told.times.closed,
        imported=Imported(source=told.source, ref=told.ref, at=now, fingerprint=told.fingerprint),
    )
    entries = tuple(_entries(told, shown, case.no, now))
    return case.model_copy(update={"history": entries, "version": len(entries)})


def _check(told: Told, now: datetime, rules: Rules) -> None:
    check_asked(told.asked, rules)
    found = rules.directory
    known = [at for at in told.times if at is not None]
    names = [name for name, at in told.times._asdict().items() if at is not None]
    for (earlier, later), name in zip(pairwise(known), names[1:], strict=True):
        if earlier > later:
            raise BadValue(f"{name}_at", "时间早于前一个环节")
    if told.times.closed > now:
        raise BadValue("closed_at", "只导入已经办结的诉求")
    if told.urgency not in found.urgencies:
        raise BadValue("urgency", "没有这个办理类别")
    if told.ending not in ENDINGS:
        raise BadValue("ending", "不能这样办结")
    if told.department is not None and told.department not in found.departments:
        raise BadValue("department", "没有这个部门")
    _check_answer(told)
    if told.ending is Ending.REFUSED and (told.verdict is None or told.verdict.code not in found.reasons):
        raise BadValue("reason", "没有这个不予受理的理由")
    if told.ending is Ending.ELSEWHERE and (told.verdict is None or told.verdict.code not in found.places):
        raise BadValue("reason", "没有这个反映渠道")


def _check_answer(told: Told) -> None:
    answered = told.ending in ANSWERED
    for field, there in (
        ("replied_at", told.times.replied is not None), ("reply", bool(told.reply)),
        ("department", told.department is not None),
    ):  # fmt: skip
        if answered and not there:
            raise BadValue(field, "已答复的诉求须填写")
        if not answered and there and field != "department":
            raise BadValue(field, "没有答复的诉求不填写")
    if (told.rating is not None) != (told.ending is Ending.ANSWERED_RATED):
        raise BadValue("satisfied", "已评价的诉求须填写评价，其他诉求不填写")


def _clocks(told: Told, rules: Rules) -> tuple[clocks.Clock, ...]:
    """Those that rates are counted by, stopped where the first answer was."""
    limits = {
        FIRST_ANSWER: rules.directory.clocks.first_answer,
        OVERALL: rules.directory.urgencies[told.urgency].overall,
    }
    end = told.times.replied or told.times.closed
    return tuple(
        clocks.start(name, limit, told.times.filed, rules.calendar).stopped(end) for name, limit in limits.items()
    )


def _hops(told: Told) -> tuple[Hop, ...]:
    since = told.times.dispatched
    return (Hop(department=told.department, co_departments=(), since=since),) if told.department and since else ()


def _reply(told: Told) -> Reply | None:
    at = told.times.replied
    if at is None or told.department is None:
        return None
    return Reply(
        facts=told.reply, rule="", done="", next="", department=told.department, drafted_by="", drafted_at=at,
        published_at=at,
    )  # fmt: skip


def _entries(told: Told, shown: Shown, no: str, now: datetime) -> list[Entry]:
    asked = told.asked
    words = asked.model_dump(mode="json", exclude={"category", "town"})
    public = {"category": asked.category, "town": asked.town}
    read = shown.model_dump() if asked.visibility is not Visibility.PRIVATE else {}
    times = {f"{name}_at": at.isoformat() for name, at in told.times._asdict().items() if at}
    came = {"ending": told.ending.value, "source": told.source, "ref": told.ref, **times}
    steps = [] if None in (told.times.accepted, told.times.dispatched) else _steps(told, public, words)
    hidden = {} if steps else words
    entries: list[Entry] = []
    for kind, at, shown_fields, hidden_fields in (*steps, (IMPORT, now, {**public, **read, **came}, hidden)):
        parent = entries[-1] if entries else history.genesis(no)
        entries.append(history.append(parent, kind, at, shown_fields, hidden_fields))
    return entries


Step = tuple[str, datetime, Mapping[str, Any], Mapping[str, Any]]


def _steps(told: Told, public: Mapping[str, Any], words: Mapping[str, Any]) -> list[Step]:
    """The steps of a case of which all times are known, as the figures read them."""
    times = told.times
    assert times.accepted is not None and times.dispatched is not None
    steps: list[Step] = [
        ("submit", times.filed, public, words),
        ("accept", times.accepted, {"urgency": told.urgency}, {}),
        ("dispatch", times.dispatched, {"department": told.department}, {}),
    ]
    if times.replied is not None:
        steps.append(("publish", times.replied, {"facts": told.reply, "department": told.department}, {}))
    steps.append((_ENDS[told.ending], times.closed, {"ending": told.ending.value}, {}))
    return steps


_ENDS = {
    Ending.ANSWERED_RATED: "rate",
    Ending.ANSWERED_UNRATED: "expire_rating",
    Ending.REFUSED: "refuse",
    Ending.ELSEWHERE: "elsewhere",
    Ending.WITHDRAWN: "withdraw",
}
