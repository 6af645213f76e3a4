"""反馈回复: the author's judgement, what ends by itself, and leaving."""

from datetime import datetime
from typing import Any

from petition.domain import history, reopening
from petition.domain.case import Case, Ending, Hiding, Rating, State
from petition.domain.change import RATING, Change, Rules, check_expired, close, record
from petition.domain.intake import expire_question
from petition.domain.lifecycle import TIMER, Action, Actor, permit
from petition.domain.refusals import WrongState


def rate(
    case: Case, actor: Actor, now: datetime, rules: Rules, *, solved: bool, satisfied: int, comment: str = ""
) -> Change:
    """The author's judgement, which he may change while the window is open; earlier ones stay in the record.

    A bad one brings the case back to its department for another round, so often as the district says.
    """
    permit(case, Action.RATE, actor)
    window = case.clock(RATING)
    if window is None or (now > window.due and not case.follow_up_pending):
        raise WrongState("评价期限已过。")
    rating = Rating(solved=solved, satisfied=satisfied, comment=comment, at=now)
    values: dict[str, Any] = {"ratings": (*case.ratings, rating)}
    public, hidden = {"solved": solved, "satisfied": satisfied}, {"comment": comment}
    if case.state is State.CLOSED:
        return record(case, Action.RATE, now, values, public, hidden, ("case_rated",))
    if reopening.is_reworked(case, rating, rules):
        again = reopening.rework(case, rating, now, rules)
        return record(
            case, Action.RATE, now, again, {**public, "round": case.round + 1}, hidden, ("case_rated", "case_reopened")
        )
    return close(case, Action.RATE, now, Ending.ANSWERED_RATED, values, public, hidden, "case_rated")


def expire_rating(case: Case, now: datetime, rules: Rules) -> Change:
    """Nobody rated: the case closes, and nothing is counted as satisfaction."""
    permit(case, Action.EXPIRE_RATING, TIMER)
    check_expired(case, RATING, now)
    return close(case, Action.EXPIRE_RATING, now, Ending.ANSWERED_UNRATED, {}, {}, {}, "case_closed")


def expire(case: Case, now: datetime, rules: Rules) -> Change:
    """The step that an ended limit of the resident brings about."""
    return (expire_question if case.state is State.QUESTIONED else expire_rating)(case, now, rules)


def forget_author(case: Case, now: datetime) -> Change:
    """The account was closed: the matter stays, whoever wrote it goes, in the history too.

    Of a case that the public reads, only the words that it reads are kept.
    """
    bare = {
        "redactions": tuple(one.model_copy(update={"passages": (), "reason": ""}) for one in case.redactions),
        "appeal": case.appeal and case.appeal.model_copy(update={"text": ""}),
        "ratings": _without_comments(case.ratings),
        "rounds": tuple(one.model_copy(update={"ratings": _without_comments(one.ratings)}) for one in case.rounds),
        "withheld": (),
        "unhidden": None,
        "hidings": tuple(_bare(one) for one in case.hidings),
        "follow_ups": tuple(one.model_copy(update={"text": "", "answer": None}) for one in case.follow_ups),
    }
    kept = case.asked.model_copy(update=case.shown.model_dump() if case.shown else {})
    names = ["author", "point", "comment", "reason", "passages", *(case.shown.model_dump() if case.shown else ())]
    entries = tuple(_without(entry, names) for entry in case.history)
    values = {"author": None, "asked": kept.model_copy(update={"point": None}), "history": entries, **bare}
    return record(case.model_copy(update=values), "forget_author", now, {}, {}, {})


def _bare(one: Hiding) -> Hiding:
    appeal = one.appeal and one.appeal.model_copy(update={"text": ""})
    return one.model_copy(update={"passages": (), "text": "", "appeal": appeal})


def _without_comments(ratings: tuple[Rating, ...]) -> tuple[Rating, ...]:
    return tuple(one.model_copy(update={"comment": ""}) for one in ratings)


def _without(entry: history.Entry, names: list[str]) -> history.Entry:
    return history.redact(entry, [name for name, field in entry.fields.items() if name in names and not field.public])
