"""What waits on the newsroom's desk: of each list from which somebody works, how much is in it.

A list is counted by the query that shows it, so that a badge says how many rows one finds there.
"""

from collections.abc import Callable

from kit.clock import utcnow
from kit.identity import Caller
from news.contract.desk import NewsroomCounts, WaitingCount
from news.domain.article import Stage
from news.domain.bundle import BundleState
from news.domain.comments import CommentState
from news.domain.investigation import InvestigationState
from news.domain.lifecycle import (
    DESK,
    EDITORS,
    FINAL_REVIEWERS,
    FIRST_REVIEWERS,
    SECOND_REVIEWERS,
    Actor,
)
from news.domain.tips import ASSIGNERS, Standing
from news.parts import Parts
from news.steps import actor_of
from news.store.articles import Chosen

COUNTED_TO = 1000
Count = Callable[[Parts, Actor], int]


def get_newsroom_counts(parts: Parts, caller: Caller) -> NewsroomCounts:
    """How much waits in each list of the caller's."""
    actor = actor_of(caller)
    items = [
        WaitingCount(queue=queue, count=count(parts, actor)) for queue, roles, count in _QUEUES if actor.roles & roles
    ]
    return NewsroomCounts(counted_to=COUNTED_TO, items=items)


def _returned(parts: Parts, actor: Actor) -> int:
    return parts.articles.count_on_desk(Chosen(actor, returned=True), COUNTED_TO)


def _at(stage: Stage) -> Count:
    return lambda parts, actor: parts.articles.count_on_desk(Chosen(actor, stage=stage), COUNTED_TO)


def _received(parts: Parts, _: Actor) -> int:
    return parts.tips.count_on_desk({"state": Standing.RECEIVED}, COUNTED_TO)


def _to_check(parts: Parts, actor: Actor) -> int:
    return parts.tips.count_on_desk({"state": Standing.CHECKING, "assignee": actor.id}, COUNTED_TO)


def _said(state: CommentState) -> Count:
    return lambda parts, _: parts.comments.count_on_desk(state, COUNTED_TO)


def _bundles(parts: Parts, _: Actor) -> int:
    return parts.bundles.count(BundleState.OPEN, COUNTED_TO)


def _expiring(parts: Parts, _: Actor) -> int:
    return parts.library.count_expiring(utcnow(), COUNTED_TO)


def _answered(parts: Parts, actor: Actor) -> int:
    return parts.investigations.count(actor, InvestigationState.ANSWERED, COUNTED_TO)


def _overdue(parts: Parts, actor: Actor) -> int:
    return parts.investigations.count_overdue(actor, utcnow(), COUNTED_TO)


_QUEUES: tuple[tuple[str, frozenset[str], Count], ...] = (
    ("returned", DESK, _returned),
    ("first_review", FIRST_REVIEWERS, _at(Stage.FIRST)),
    ("second_review", SECOND_REVIEWERS, _at(Stage.SECOND)),
    ("final_review", FINAL_REVIEWERS, _at(Stage.FINAL)),
    ("approved", EDITORS, _at(Stage.APPROVED)),
    ("later_review", FINAL_REVIEWERS, _at(Stage.LATER)),
    ("tips_received", ASSIGNERS, _received),
    ("tips_checking", EDITORS, _to_check),
    ("comments_waiting", EDITORS, _said(CommentState.WAITING)),
    ("comments_reported", EDITORS, _said(CommentState.REPORTED)),
    ("bundles", EDITORS, _bundles),
    ("answered", DESK, _answered),
    ("overdue", DESK, _overdue),
    ("rights_expiring", EDITORS, _expiring),
)
"""Each list by its name, from which roles work, and how it is counted."""
