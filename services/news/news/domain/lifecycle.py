"""The steps of an article: one table of what leads where, by whom, and what is told of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from news.domain.article import Article, Stage, Taken
from news.domain.refusals import NotPermitted, Refused

EDITORS = frozenset(("editor", "duty_editor", "chief_editor"))
DESK = EDITORS | {"reporter"}
FIRST_REVIEWERS = frozenset(("editor",))
SECOND_REVIEWERS = frozenset(("duty_editor",))
FINAL_REVIEWERS = frozenset(("chief_editor",))
URGENT = SECOND_REVIEWERS | FINAL_REVIEWERS


class Action(StrEnum):
    """What can be done with an article."""

    SAVE = "save"
    SUBMIT = "submit"
    RECALL = "recall"
    APPROVE = "approve"
    RETURN = "return"
    EMBARGO = "embargo"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    PUBLISH = "publish"
    PUBLISH_URGENTLY = "publish_urgently"
    REVIEW_LATER = "review_later"
    WITHDRAW = "withdraw"


REVIEWS = (Action.APPROVE, Action.RETURN, Action.PUBLISH_URGENTLY, Action.REVIEW_LATER)
"""Nobody takes these on what he has written."""


@dataclass(frozen=True)
class Row:
    """One step. `told` is the fact that its event tells, empty when nobody outside is concerned."""

    action: Action
    source: Stage
    target: Stage
    roles: frozenset[str]
    told: str = ""


_UNDER_REVIEW = (
    (Stage.FIRST, Stage.SECOND, FIRST_REVIEWERS),
    (Stage.SECOND, Stage.FINAL, SECOND_REVIEWERS),
    (Stage.FINAL, Stage.APPROVED, FINAL_REVIEWERS),
)
_NOT_REVIEWED = (Stage.WRITING, Stage.FIRST, Stage.SECOND, Stage.FINAL)
_READY = (Stage.APPROVED, Stage.SCHEDULED)
_OUT = (Stage.PUBLISHED, Stage.LATER)
TABLE = (
    Row(Action.SAVE, Stage.WRITING, Stage.WRITING, DESK),
    Row(Action.SAVE, Stage.APPROVED, Stage.WRITING, DESK),
    *(Row(Action.SAVE, stage, Stage.LATER, EDITORS, "corrected") for stage in _OUT),
    Row(Action.SUBMIT, Stage.WRITING, Stage.FIRST, DESK),
    Row(Action.RECALL, Stage.FIRST, Stage.WRITING, DESK),
    *(Row(Action.APPROVE, source, target, roles) for source, target, roles in _UNDER_REVIEW),
    *(Row(Action.RETURN, source, Stage.WRITING, roles) for source, _, roles in _UNDER_REVIEW),
    Row(Action.EMBARGO, Stage.WRITING, Stage.WRITING, DESK),
    *(Row(Action.EMBARGO, stage, stage, EDITORS) for stage in (Stage.FIRST, Stage.SECOND, Stage.FINAL, *_READY)),
    *(Row(Action.SCHEDULE, stage, Stage.SCHEDULED, EDITORS) for stage in _READY),
    Row(Action.UNSCHEDULE, Stage.SCHEDULED, Stage.APPROVED, EDITORS),
    *(Row(Action.PUBLISH, stage, Stage.PUBLISHED, EDITORS, "published") for stage in _READY),
    *(Row(Action.PUBLISH_URGENTLY, stage, Stage.LATER, URGENT, "published") for stage in _NOT_REVIEWED),
    Row(Action.REVIEW_LATER, Stage.LATER, Stage.PUBLISHED, FINAL_REVIEWERS),
    *(Row(Action.WITHDRAW, stage, Stage.WITHDRAWN, EDITORS, "withdrawn") for stage in _OUT),
)

_NOT_NOW = {
    Stage.WRITING: "这篇稿件还没有送审，不能进行这项操作。",
    Stage.FIRST: "这篇稿件正在一审。需要改动的，请先撤回或退回。",
    Stage.SECOND: "这篇稿件正在二审。需要改动的，请先退回。",
    Stage.FINAL: "这篇稿件正在三审。需要改动的，请先退回。",
    Stage.APPROVED: "这篇稿件已通过三审，不能进行这项操作。",
    Stage.SCHEDULED: "这篇稿件已定时发布。需要改动的，请先取消定时。",
    Stage.PUBLISHED: "这篇报道已经发布，不能进行这项操作。",
    Stage.LATER: "这篇报道已经发布，正待补审，不能进行这项操作。",
    Stage.WITHDRAWN: "这篇报道已经撤回，不能进行这项操作。",
}
_BY_WHOM = {
    FIRST_REVIEWERS: "一审由编辑办理。",
    SECOND_REVIEWERS: "二审由值班编辑办理。",
    FINAL_REVIEWERS: "三审由总编辑办理。",
    URGENT: "紧急发布由值班编辑或总编辑办理。",
}


@dataclass(frozen=True)
class Actor:
    """Who takes a step."""

    id: str
    roles: frozenset[str]


def row_for(article: Article, action: Action, actor: Actor) -> Row:
    """The step's row. Raises `Refused` when the article stands elsewhere, `NotPermitted` when it is for others."""
    row = next((row for row in _rows_from(article.stage) if row.action is action), None)
    if row is None:
        raise Refused(_NOT_NOW[article.stage])
    if not row.roles & actor.roles:
        raise NotPermitted(_BY_WHOM.get(row.roles, "这项操作需由编辑办理。"))
    if objection := _objection(article, action, actor):
        raise NotPermitted(objection)
    return row


def allowed(article: Article, actor: Actor) -> list[Action]:
    """What the actor may do with the article now."""
    rows = (row for row in _rows_from(article.stage) if row.roles & actor.roles)
    return [row.action for row in rows if not _objection(article, row.action, actor)]


def works_on(article: Article, actor: Actor) -> bool:
    """Whether the article is on the actor's desk: an editor's is every article, a reporter's are his own."""
    return bool(actor.roles & EDITORS) or ("reporter" in actor.roles and article.author == actor.id)


def this_round(article: Article) -> tuple[Taken, ...]:
    """The steps since the article was last submitted, that one included, or since it was last reviewed to the end."""
    begun = 0
    for at, step in enumerate(article.course):
        if step.action == Action.SUBMIT:
            begun = at
        elif step.action == Action.REVIEW_LATER or (step.action == Action.APPROVE and step.stage is Stage.APPROVED):
            begun = at + 1
    return article.course[begun:]


def _objection(article: Article, action: Action, actor: Actor) -> str:
    """Why the step is not for this person, although his role may take it; empty when it is."""
    wrote = actor.id == article.author or actor.id in article.writers
    if action is Action.RECALL and not wrote:
        return "请由采写人撤回；审核人请用退回。"
    if action in REVIEWS and (corrected := _corrected_since(article)):
        return "您采写的报道、您作的更正，须由他人审核。" if actor.id in (article.author, *corrected) else ""
    if action in REVIEWS and wrote:
        return "自己采写或改过的稿件，须由他人审核。"
    if action in (Action.APPROVE, Action.REVIEW_LATER) and any(
        step.by == actor.id and step.action in (Action.APPROVE, Action.PUBLISH_URGENTLY) for step in this_round(article)
    ):
        return "三次审核须由三人分别办理，您已审过这一轮。"
    return ""


def _corrected_since(article: Article) -> tuple[str, ...]:
    """Who corrected it after it was out and reviewed to the end; what others wrote of it before is reviewed already."""
    since = this_round(article)
    reviewed = len(since) < len(article.course)
    if not reviewed or any(step.action == Action.PUBLISH_URGENTLY for step in since):
        return ()
    corrected = [step.by for step in since if step.action == Action.SAVE]
    return (*corrected, *article.writers[-1:]) if corrected else ()


def _rows_from(stage: Stage) -> Iterable[Row]:
    return (row for row in TABLE if row.source is stage)
