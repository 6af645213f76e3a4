"""The steps of an article: every state, action and role."""

from datetime import UTC, datetime, timedelta

import pytest

from news.domain import editing, lifecycle
from news.domain.article import Article, Block, Kind, State, Words
from news.domain.editing import Change, Saved
from news.domain.lifecycle import Action, Actor
from news.domain.refusals import BadValue, NotPermitted, Refused

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
WORDS = Words(
    column="news", title="标题", lead="", blocks=(Block(kind=Kind.PARAGRAPH, text="正文"),), desk="部", source="本端"
)
ROLES = ("reporter", "editor", "duty_editor", "chief_editor", "clerk", "administrator", "resident")
EDITOR = Actor("s_editor", frozenset({"editor"}))
MAY = {
    (State.DRAFT, Action.SAVE): {"reporter", "editor", "duty_editor", "chief_editor"},
    (State.DRAFT, Action.PUBLISH): {"editor", "duty_editor", "chief_editor"},
    (State.PUBLISHED, Action.SAVE): {"editor", "duty_editor", "chief_editor"},
    (State.PUBLISHED, Action.WITHDRAW): {"editor", "duty_editor", "chief_editor"},
}


def article(state: State) -> Article:
    draft = editing.create("CPN20261123-000000", EDITOR, WORDS, NOW).article
    if state is State.DRAFT:
        return draft
    published = editing.publish(draft, EDITOR, NOW).article
    return published if state is State.PUBLISHED else editing.withdraw(published, EDITOR, NOW, "有误").article


def take(found: Article, action: Action, actor: Actor) -> Change:
    if action is Action.SAVE:
        return editing.save(found, actor, LATER, Saved(WORDS.model_copy(update={"title": "新标题"}), "更正"))
    if action is Action.PUBLISH:
        return editing.publish(found, actor, LATER)
    return editing.withdraw(found, actor, LATER, "有误")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("state", State)
def test_each_step_is_taken_from_its_state_by_its_roles_and_by_nobody_else(
    state: State, action: Action, role: str
) -> None:
    before, actor = article(state), Actor("s_1", frozenset({role}))
    may = MAY.get((state, action))
    assert (action in lifecycle.allowed(before, actor)) is bool(may and role in may)
    if may is None:
        with pytest.raises(Refused):
            take(before, action, actor)
    elif role not in may:
        with pytest.raises(NotPermitted):
            take(before, action, actor)
    else:
        after = take(before, action, actor).article
        assert (after.version, after.updated_at, after.id) == (before.version + 1, LATER, before.id)


def test_only_what_readers_can_see_is_told() -> None:
    draft = article(State.DRAFT)
    assert take(draft, Action.SAVE, EDITOR).told == ""
    assert take(draft, Action.PUBLISH, EDITOR).told == "published"
    assert take(article(State.PUBLISHED), Action.SAVE, EDITOR).told == "corrected"
    assert take(article(State.PUBLISHED), Action.WITHDRAW, EDITOR).told == "withdrawn"


def test_a_correction_needs_a_note_and_leaves_it() -> None:
    with pytest.raises(BadValue):
        editing.save(article(State.PUBLISHED), EDITOR, LATER, Saved(WORDS, ""))
    corrected = editing.save(article(State.PUBLISHED), EDITOR, LATER, Saved(WORDS, "改正了地名")).article
    again = editing.save(corrected, EDITOR, LATER, Saved(WORDS, "改正了日期")).article
    assert [c.note for c in again.corrections] == ["改正了地名", "改正了日期"]
    assert again.published_at == NOW


def test_an_example_stays_an_example() -> None:
    example = editing.create("CPN20261123-000000", EDITOR, WORDS.model_copy(update={"example": True}), NOW).article
    assert editing.save(example, EDITOR, LATER, Saved(WORDS, "")).article.words.example


def test_an_editors_desk_has_every_article_a_reporters_his_own() -> None:
    found = article(State.DRAFT).model_copy(update={"author": "s_reporter"})
    assert lifecycle.works_on(found, EDITOR)
    assert lifecycle.works_on(found, Actor("s_reporter", frozenset({"reporter"})))
    assert not lifecycle.works_on(found, Actor("s_other", frozenset({"reporter"})))
    assert not lifecycle.works_on(found, Actor("s_reporter", frozenset({"clerk"})))
