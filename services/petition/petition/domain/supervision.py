"""督办落实: what people do about it. A supervisor urges; the office that a card was given to answers it.

Every function raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from datetime import datetime

from petition.domain.case import Case, Escalation, Rectification, Urge
from petition.domain.change import INTAKE, Change, Rules, record
from petition.domain.lifecycle import Action, Actor, answers_for, permit
from petition.domain.refusals import BadValue, WrongState


def urge(case: Case, actor: Actor, now: datetime, rules: Rules, *, text: str) -> Change:
    """催办: a word to the office in charge, once a day and case. That it was sent is public, its words are not."""
    target = permit(case, Action.URGE, actor)
    zone = rules.calendar.zone
    if case.urges and case.urges[-1].at.astimezone(zone).date() == now.astimezone(zone).date():
        raise WrongState("今天已经催办过这件诉求，请明天再催办。")
    one = Urge(at=now, by=actor.id, unit=case.department or INTAKE, text=text)
    return record(
        case, Action.URGE, now, {"state": target, "urges": (*case.urges, one)},
        {"unit": one.unit}, {"by": actor.id, "text": text}, ("case_urged",),
    )  # fmt: skip


def answer_card(case: Case, actor: Actor, now: datetime, rules: Rules, *, card: int, text: str) -> Change:
    """整改说明: what the office has put right, public beside the card; once a card. `card` counts from 1.

    It answers the earlier cards of the same clock too: they were given for the same delay.
    """
    target = permit(case, Action.ANSWER_CARD, actor)
    if not 1 <= card <= len(case.cards):
        raise BadValue("card", "没有这张督办牌")
    given = case.cards[card - 1]
    if given.answer is not None:
        raise WrongState("这张督办牌已经提交整改说明。")
    if not answers_for(given.unit, actor):
        raise BadValue("card", "这张督办牌由其他单位答复")
    note = Rectification(text=text, by=actor.id, at=now)
    escalations = tuple(
        one.model_copy(update={"answer": note}) if _is_answered_with(one, given) else one for one in case.escalations
    )
    return record(
        case, Action.ANSWER_CARD, now, {"state": target, "escalations": escalations},
        {"card": card, "unit": given.unit, "text": text}, {"by": actor.id}, ("case_card_answered",),
    )  # fmt: skip


def _is_answered_with(one: Escalation, given: Escalation) -> bool:
    """Whether it is the card, or an earlier one that the same office was given for the same delay."""
    same = (one.clock, one.clock_started_at, one.unit) == (given.clock, given.clock_started_at, given.unit)
    return one.is_card and same and one.answer is None and one.fell_at <= given.fell_at
