"""批示: what a leader wants done about a case, until a working day, and what the office in charge answers.

Its limit is a clock of its own, which no other clock moves and which moves no other. The words are for the offices;
everyone reads that there is an instruction, until when, and whether it was answered. Every function raises
`NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from datetime import date, datetime, timedelta

from petition.domain import reporting
from petition.domain.case import Case, Instruction, InstructionAnswer
from petition.domain.change import INSTRUCTION, INTAKE, Change, Rules, record
from petition.domain.clocks import Clock
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import BadValue, WrongState

MOST_INSTRUCTIONS = 50
_APART = timedelta(milliseconds=1)  # a clock is told by its name and start; the database keeps milliseconds


def instruct(case: Case, actor: Actor, now: datetime, rules: Rules, *, text: str, day: date) -> Change:
    """A leader says what he wants done until the close of business of a working day."""
    target = permit(case, Action.INSTRUCT, actor)
    if len(case.instructions) >= MOST_INSTRUCTIONS:
        raise WrongState("这件诉求的批示已达上限。")
    started = max(now, case.instructions[-1].given_at + _APART) if case.instructions else now
    clock = _clock(day, started, rules)
    unit = case.department or INTAKE
    given = Instruction(text=text, due=clock.due, given_at=started, unit=unit, by=actor.id)
    values = {
        "state": target,
        "instructions": (*case.instructions, given),
        "clocks": (*case.clocks, clock),
        "reports": reporting.seen(case, actor, now) if case.unseen_reports else case.reports,
    }
    public = {"unit": unit, "due": clock.due.isoformat()}
    return record(case, Action.INSTRUCT, now, values, public, {"by": actor.id, "text": text}, ("case_instructed",))


def answer(case: Case, actor: Actor, now: datetime, rules: Rules, *, instruction: int, text: str) -> Change:
    """The office in charge says what it has done, once. `instruction` counts from 1."""
    target = permit(case, Action.ANSWER_INSTRUCTION, actor)
    chosen = case.instructions[instruction - 1] if 1 <= instruction <= len(case.instructions) else None
    if chosen is None or chosen.answer is not None:
        raise BadValue("instruction", "请选择待答复的批示")
    unit = case.department or INTAKE
    told = chosen.model_copy(update={"answer": InstructionAnswer(text=text, unit=unit, by=actor.id, at=now)})
    values = {
        "state": target,
        "instructions": tuple(told if one is chosen else one for one in case.instructions),
        "clocks": tuple(clock.stopped(now) if _is_of(clock, chosen) else clock for clock in case.clocks),
    }
    public, hidden = {"instruction": instruction, "unit": unit}, {"by": actor.id, "text": text}
    return record(case, Action.ANSWER_INSTRUCTION, now, values, public, hidden, ("case_instruction_answered",))


def _clock(day: date, started: datetime, rules: Rules) -> Clock:
    """Until the close of business of that day: in working days, or by wall time when it is today."""
    calendar, longest = rules.calendar, timedelta(days=rules.directory.leaders.longest_days)
    due = calendar.close_of(day)
    if not calendar.is_workday(day) or not started < due.at < started + longest:
        raise BadValue("day", "办理期限请选择今天以后的工作日，且不超过批示的最长期限")
    days = calendar.workdays_between(started, due.at)
    minutes = max(int((due.at - started) / timedelta(minutes=1)), 1)
    return Clock(
        name=INSTRUCTION,
        limit=f"{days} workdays" if days else f"PT{minutes}M",
        started_at=started,
        original_due=due.at,
        due=due.at,
        provisional=due.provisional,
    )


def _is_of(clock: Clock, given: Instruction) -> bool:
    return clock.name == INSTRUCTION and clock.started_at == given.given_at
