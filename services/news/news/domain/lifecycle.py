"""The steps of an article: one table of what leads where, by whom, and what is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from news.domain.article import Article, State
from news.domain.refusals import NotPermitted, Refused

EDITORS = frozenset(("editor", "duty_editor", "chief_editor"))
DESK = EDITORS | {"reporter"}


class Action(StrEnum):
    """What can be done with an article."""

    SAVE = "save"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Row:
    """One step. `told` is the fact that its event tells, empty when nobody outside is concerned."""

    action: Action
    source: State
    target: State
    roles: frozenset[str]
    told: str = ""


TABLE = (
    Row(Action.SAVE, State.DRAFT, State.DRAFT, DESK),
    Row(Action.SAVE, State.PUBLISHED, State.PUBLISHED, EDITORS, "corrected"),
    Row(Action.PUBLISH, State.DRAFT, State.PUBLISHED, EDITORS, "published"),
    Row(Action.WITHDRAW, State.PUBLISHED, State.WITHDRAWN, EDITORS, "withdrawn"),
)

_NOT_NOW = {
    State.DRAFT: "这篇稿件尚未发布，不能进行这项操作。",
    State.PUBLISHED: "这篇报道已经发布，不能进行这项操作。",
    State.WITHDRAWN: "这篇报道已经撤回，不能进行这项操作。",
}


@dataclass(frozen=True)
class Actor:
    """Who takes a step."""

    id: str
    roles: frozenset[str]


def row_for(article: Article, action: Action, actor: Actor) -> Row:
    """The step's row. Raises `Refused` when the article stands elsewhere, `NotPermitted` when it is for others."""
    row = next((row for row in TABLE if row.action is action and row.source is article.state), None)
    if row is None:
        raise Refused(_NOT_NOW[article.state])
    if not row.roles & actor.roles:
        raise NotPermitted("这项操作需由编辑办理。")
    return row


def allowed(article: Article, actor: Actor) -> list[Action]:
    """What the actor may do with the article now."""
    return [row.action for row in _rows_from(article.state) if row.roles & actor.roles]


def works_on(article: Article, actor: Actor) -> bool:
    """Whether the article is on the actor's desk: an editor's is every article, a reporter's are his own."""
    return bool(actor.roles & EDITORS) or ("reporter" in actor.roles and article.author == actor.id)


def _rows_from(state: State) -> Iterable[Row]:
    return (row for row in TABLE if row.source is state)
