"""What became of the cases that a published report names: solved, closed, or 尚未解决.

It is made of what everyone may read of a case, and of nothing else.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict

from news.domain.article import Article, CaseBlock

LONGEST_SAID = 160
MOST_PICTURES = 6
_ANSWERED = ("answered_rated", "answered_unrated")
_TAKEN_BACK = "withdrawn"
_AT_WORK = ("dispatched", "in_review", "approved")
"""The states in which an office works on a case. It goes from one to another without telling: for readers of a report
they are one."""


class Outcome(StrEnum):
    """How a case stands for who reads of it. Closed: answered, and its author did not say whether that solved it."""

    SOLVED = "solved"
    CLOSED = "closed"
    UNSOLVED = "unsolved"


class Fact(StrEnum):
    """What may happen to a case that is worth telling who follows 回音壁."""

    ANSWERED = "answered"
    PROMISE = "promise"
    CLOSED = "closed"
    SOLVED = "solved"


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Promise(_Part):
    """承诺 of a department's, and what became of it: `kept` is None until it has reported."""

    text: str
    due: datetime
    kept: bool | None = None
    result: str = ""
    reported_at: datetime | None = None


class HandlingPicture(_Part):
    """A picture of what was done, in a record that everyone reads: of a visit, or of an inspection. Sizes in pixels."""

    id: str
    width: int
    height: int
    at: datetime
    what: str


class PressQuestion(_Part):
    """采访: that the newsroom asked an office about the case, until when it answers, and when it did.

    `overdue`: it had not answered by then.
    """

    unit: str
    asked_at: datetime
    due: datetime
    answered_at: datetime | None = None
    overdue: bool = False


class FollowUp(_Part):
    """What became of one case: what was done in short, when, how it stands; `into` is the case it was merged into.

    `place` is what everyone may read of where it is: the newsroom's, readers of a report are not shown it.
    """

    no: str
    title: str
    town: str
    department: str | None
    filed_at: datetime
    outcome: Outcome
    state: str
    done: str = ""
    done_at: datetime | None = None
    promises: tuple[Promise, ...] = ()
    pictures: tuple[HandlingPicture, ...] = ()
    press: tuple[PressQuestion, ...] = ()
    into: str | None = None
    place: str = ""


def cases_of(article: Article) -> tuple[str, ...]:
    """The numbers of the cases that a published article names, in its order; none of any other article."""
    if not article.listed:
        return ()
    return tuple(dict.fromkeys(block.no for block in article.words.blocks if isinstance(block, CaseBlock)))


def without(article: Article, hidden: frozenset[str]) -> Article:
    """The article without its blocks of these cases."""
    blocks = tuple(b for b in article.words.blocks if not (isinstance(b, CaseBlock) and b.no in hidden))
    return article.model_copy(update={"words": article.words.model_copy(update={"blocks": blocks})})


def follow_up(
    view: Mapping[str, Any], now: datetime, at_work: str, main: Mapping[str, Any] | None = None
) -> FollowUp | None:
    """What became of the case that everyone reads so by now; None when its author has taken it back.

    `at_work` is what a case is called that an office works on.

    `main` is the case that it was merged into, as everyone reads that one: what becomes of it, becomes of both.
    What the newsroom asked about either is told.
    """
    if view["ending"] == _TAKEN_BACK:
        return None
    told = main or view
    reply = told["reply"]
    return FollowUp(
        no=view["no"],
        title=view["title"],
        town=view["town"]["name"],
        department=told["department"]["name"] if told["department"] else None,
        filed_at=view["filed_at"],
        outcome=_outcome(told),
        state=at_work if told["state"] in _AT_WORK else told["ending_name"] or told["state_name"],
        done=_short(reply["done"]) if reply else "",
        done_at=reply["published_at"] if reply else None,
        promises=tuple(_promise(one) for one in told["promises"]),
        pictures=_pictures(told),
        press=_press((view, main) if main else (view,), now),
        into=view["merged_into"],
        place=view.get("place", ""),
    )


def turns_at(one: FollowUp) -> datetime | None:
    """When it reads otherwise by itself: when the next answer that an office owes the newsroom becomes overdue."""
    return min((asked.due for asked in one.press if asked.answered_at is None and not asked.overdue), default=None)


def overall(follow_ups: Sequence[FollowUp]) -> Outcome | None:
    """How a report stands: as the case of it that has come least far; None when nobody may read of any.

    So it is solved only when the author of each of its cases has said so.
    """
    found = {one.outcome for one in follow_ups}
    return next((outcome for outcome in (Outcome.UNSOLVED, Outcome.CLOSED, Outcome.SOLVED) if outcome in found), None)


def mark(follow_ups: Sequence[FollowUp], named: Sequence[str] = ()) -> str:
    """Two that differ have different marks, also in the cases that may be named without a follow-up; of none, empty."""
    told = {one.no for one in follow_ups}
    lines = [*map(_line, follow_ups), *(no for no in named if no not in told)]
    return sha256("\n".join(lines).encode()).hexdigest() if lines else ""


def facts(one: FollowUp) -> tuple[str, ...]:
    """What has happened to the case: each with what tells it from another of its kind, behind a blank."""
    answered = [f"{Fact.ANSWERED} {one.done_at.isoformat()}"] if one.done_at else []
    reported = [
        f"{Fact.PROMISE} {number} {promise.reported_at.isoformat()}"
        for number, promise in enumerate(one.promises)
        if promise.reported_at
    ]
    ended = [str(one.outcome)] if one.outcome is not Outcome.UNSOLVED else []
    return (*answered, *reported, *ended)


def fresh(before: Mapping[str, Sequence[str]], now: Mapping[str, Sequence[str]]) -> list[tuple[str, Fact]]:
    """What has happened since, each kind once a case; what a case begins with that was not known is not new."""
    since = ((no, one) for no, told in now.items() for one in told if one not in before.get(no, told))
    return list(dict.fromkeys((no, Fact(one.split(" ")[0])) for no, one in since))


def _line(found: FollowUp) -> str:
    """One without pictures or questions reads as it did before there were any: what nobody sees changed is not told
    anew. Nor is a place, which no reader is shown."""
    return found.model_dump_json(
        exclude={"place", *(name for name in ("pictures", "press") if not getattr(found, name))}
    )


def _pictures(view: Mapping[str, Any]) -> tuple[HandlingPicture, ...]:
    """The latest pictures of what was done, the last one first."""
    visits = [(one, f"{one['unit']['name']}现场走访") for one in view.get("contacts", ())]
    inspections = [(one, f"督查：{one['finding_name']}") for one in view.get("inspections", ())]
    found = [
        HandlingPicture(**picture, at=one["at"], what=what)
        for one, what in (*visits, *inspections)
        for picture in one["pictures"]
    ]
    return tuple(sorted(found, key=lambda one: one.at, reverse=True)[:MOST_PICTURES])


def _press(views: Sequence[Mapping[str, Any]], now: datetime) -> tuple[PressQuestion, ...]:
    """What the newsroom asked, the first question first."""
    asked = [
        PressQuestion(unit=one["unit"]["name"], **{name: one[name] for name in ("asked_at", "due", "answered_at")})
        for view in views
        for one in view.get("press", ())
    ]
    told = [one.model_copy(update={"overdue": (one.answered_at or now) > one.due}) for one in asked]
    return tuple(sorted(told, key=lambda one: one.asked_at))


def _outcome(view: Mapping[str, Any]) -> Outcome:
    if view["solved"] is not None:
        return Outcome.SOLVED if view["solved"] else Outcome.UNSOLVED
    return Outcome.CLOSED if view["ending"] in _ANSWERED else Outcome.UNSOLVED


def _promise(view: Mapping[str, Any]) -> Promise:
    report = view["report"]
    told = {"kept": report["kept"], "result": _short(report["text"]), "reported_at": report["at"]} if report else {}
    return Promise(text=_short(view["text"]), due=view["due"], **told)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_SAID else f"{text[: LONGEST_SAID - 1]}…"
