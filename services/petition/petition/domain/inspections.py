"""督查: a supervisor goes and looks, writes down what he found, and may want it put right.

`inspect` raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from datetime import datetime
from typing import Any

from petition.domain.case import Case, Escalation, Finding, Inspection, Level
from petition.domain.change import INSPECTION, Change, Rules, Told, record
from petition.domain.contacts import as_read, check_when
from petition.domain.escalation import told_of_card
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import BadValue, WrongState

MOST_INSPECTIONS = 50


def inspect(
    case: Case,
    actor: Actor,
    now: datetime,
    rules: Rules,
    *,
    finding: Finding,
    at: datetime,
    whom: str,
    place: str,
    text: str,
    pictures: tuple[str, ...] = (),
    public: bool,
    demand: bool = False,
) -> Change:
    """Writes down an inspection. With `demand` the department in charge gets a yellow card, which it has to answer.

    A card is public, and so must be what it is given for. Personal numbers in what is public are masked.
    """
    target = permit(case, Action.INSPECT, actor)
    if len(case.inspections) >= MOST_INSPECTIONS:
        raise WrongState("这件诉求的督查记录已达上限。")
    check_when(case, at, now)
    if demand:
        _check_demand(finding, public)
    words = as_read({"whom": whom, "place": place, "text": text}, public=public)
    card, number = _card(case, now) if demand else None, len(case.cards) + 1
    inspection = Inspection(
        finding=finding, at=at, logged_at=now, by=actor.id, pictures=pictures, public=public,
        card=number if card else None, **words,
    )  # fmt: skip
    values: dict[str, Any] = {"state": target, "inspections": (*case.inspections, inspection)}
    told: dict[str, Any] = {"finding": finding.value, "at": at.isoformat(), "pictures": list(pictures), **words}
    if not public:
        return record(case, Action.INSPECT, now, values, {}, {**told, "by": actor.id})
    if card is None:
        return record(case, Action.INSPECT, now, values, told, {"by": actor.id}, ("case_progressed",))
    values["escalations"] = (*case.escalations, card)
    shown = {**told, "card": number, "unit": card.unit}
    change = record(case, Action.INSPECT, now, values, shown, {"by": actor.id}, ("case_progressed", "card_given"))
    progressed, given = change.events
    return Change(change.case, (progressed, Told(given.type, given.seq, told_of_card(card, number))))


def _check_demand(finding: Finding, public: bool) -> None:
    if not finding.unresolved:
        raise BadValue("demand", "只有发现问题尚未解决时才能要求整改")
    if not public:
        raise BadValue("public", "要求整改的督查记录须公开")


def _card(case: Case, now: datetime) -> Escalation:
    assert case.department is not None
    return Escalation(
        clock=INSPECTION, clock_started_at=now, level=Level.YELLOW, number=0, unit=case.department, fell_at=now, at=now
    )  # fmt: skip
