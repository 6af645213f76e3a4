"""采访: what the newsroom asks about a case, and what the office in charge answers it, within working days.

The limit is a clock of its own, as of a leader's instruction: no other clock moves it, and it moves no other. Everyone
reads that there is a question, until when, and whether it was answered; the words are the offices' and the newsroom's.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from petition.domain import clocks, masking
from petition.domain.case import Case, PressAnswer, PressQuestion
from petition.domain.change import INTAKE, PRESS, Change, Rules, Told, beside, record
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import BadValue, WrongState

ASK = "ask_press"
MOST_QUESTIONS = 50
_APART = timedelta(milliseconds=1)  # a clock is told by its name and start; the database keeps milliseconds


@dataclass(frozen=True)
class Asked:
    """A question as news asks it, by its investigation and its number there, and how many working days it gives."""

    investigation: str
    number: int
    text: str
    workdays: int


def find(case: Case, investigation: str, number: int) -> PressQuestion | None:
    """This question of this investigation."""
    wanted = (investigation, number)
    return next((one for one in case.press if (one.investigation, one.number) == wanted), None)


def ask(case: Case, asked: Asked, now: datetime, rules: Rules) -> Change | None:
    """The case with the question; None when it is there already, or nothing can be asked about the case.

    Raises `WrongState` for a case that has as many questions as it may.
    """
    if find(case, asked.investigation, asked.number) or not case.listed:
        return None
    if len(case.press) >= MOST_QUESTIONS:
        raise WrongState(f"这件诉求的采访问题已达{MOST_QUESTIONS}个，不再接受新的提问")
    started = max(now, case.press[-1].asked_at + _APART) if case.press else now
    clock = clocks.start(PRESS, f"{asked.workdays} workdays", started, rules.calendar)
    unit = case.department or INTAKE
    question = PressQuestion(
        investigation=asked.investigation, number=asked.number, text=asked.text, due=clock.due, asked_at=started,
        unit=unit,
    )  # fmt: skip
    values = {"press": (*case.press, question), "clocks": (*case.clocks, clock)}
    public, hidden = {"unit": unit, "due": clock.due.isoformat()}, {"text": asked.text}
    change = record(case, ASK, now, values, public, {**hidden, "investigation": asked.investigation}, ("press_asked",))
    return beside(case, _telling(change, question))


def answer(case: Case, actor: Actor, now: datetime, rules: Rules, *, question: int, text: str) -> Change:
    """The office in charge answers, once; personal numbers are masked, for it will be published.

    `question` counts those of the case from 1. Raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing.
    """
    target = permit(case, Action.ANSWER_PRESS, actor)
    chosen = case.press[question - 1] if 1 <= question <= len(case.press) else None
    if chosen is None or chosen.answer is not None:
        raise BadValue("question", "请选择待答复的采访问题")
    unit = case.department or INTAKE
    told = chosen.model_copy(update={"answer": PressAnswer(text=masking.mask(text), unit=unit, by=actor.id, at=now)})
    values = {
        "state": target,
        "press": tuple(told if one is chosen else one for one in case.press),
        "clocks": tuple(clock.stopped(now) if _is_of(clock, chosen) else clock for clock in case.clocks),
    }
    public, hidden = {"question": question, "unit": unit}, {"by": actor.id, "text": text}
    change = record(case, Action.ANSWER_PRESS, now, values, public, hidden, ("press_answered",))
    return _telling(change, told)


def _telling(change: Change, question: PressQuestion) -> Change:
    """The same, telling the newsroom which question of whose it is."""
    (event,) = change.events
    which = {"investigation": question.investigation, "question": question.number}
    return Change(change.case, (Told(event.type, event.seq, which),))


def _is_of(clock: clocks.Clock, asked: PressQuestion) -> bool:
    return clock.name == PRESS and clock.started_at == asked.asked_at
