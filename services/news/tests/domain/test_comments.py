"""Comments: when one is seen, what can become of it, who may, and what is counted."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

from news.domain import comments
from news.domain.comments import Action, Answering, Comment, CommentRules, CommentState, Happening, Written
from news.domain.lifecycle import Actor
from news.domain.refusals import BadValue, NotPermitted, Refused

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
EDITOR = Actor("s_editor", frozenset({"editor"}))
HANDLER = Actor("s_handler", frozenset({"handler"}))
GIVEN = {
    "default": "after",
    "columns": {"news": "before", "quiet": "closed"},
    "shortest": 2,
    "longest": 20,
    "per_minute": 3,
    "per_day": 30,
    "reports_per_day": 20,
    "reports_hide": 3,
    "report_reasons": [{"code": "abuse", "name": "辱骂"}, {"code": "spam", "name": "广告"}],
    "refusal_reasons": [{"code": "off_topic", "name": "无关"}],
}
RULES = CommentRules.model_validate(GIVEN)
STATES = [(state, action) for state in CommentState for action in Action]


def written(column: str = "culture", text: str = "写得好", **fields: Any) -> Comment:
    return comments.write("CPC1", Written("CPN1", column, text, **fields), "r_00ff1a2b", NOW, RULES)


def standing(state: CommentState, **fields: Any) -> Comment:
    return written().model_copy(update={"state": state, **fields})


def test_the_columns_policy_says_when_it_is_seen() -> None:
    assert written("culture").state is CommentState.SHOWN
    assert written("news").state is CommentState.WAITING
    with pytest.raises(Refused, match="不开放评论"):
        written("quiet")


def test_words_that_must_be_looked_at_make_it_wait_everywhere() -> None:
    comment = written(found=["盲流", "盲流"])
    assert (comment.state, comment.found) == (CommentState.WAITING, ("盲流",))


@pytest.mark.parametrize("text", ["好", "很" * 21])
def test_too_short_and_too_long_are_refused(text: str) -> None:
    with pytest.raises(BadValue):
        written(text=text)


def test_its_author_is_called_by_nothing_of_his_own() -> None:
    assert written().name == "居民1a2b"


@pytest.mark.parametrize(("state", "action"), STATES)
def test_each_action_leads_from_its_states_to_its_own_and_from_no_other(state: CommentState, action: Action) -> None:
    sources, target = comments.TABLE[action]
    before = standing(state, reports={"spam": 3})

    def act() -> Comment:
        if action is Action.DELETE:
            return comments.delete(before, "r_00ff1a2b", NOW)
        return comments.moderate(before, action, "s_editor", NOW, "off_topic")

    if state not in sources:
        with pytest.raises(Refused):
            act()
        return
    after = act()
    assert (after.state, after.version, after.steps[-1].action) == (target, before.version + 1, action)
    assert after.counted == (target is CommentState.SHOWN)
    assert after.public == (target in comments.PUBLIC)


def test_its_words_go_when_its_author_deletes_it_and_nobody_else_may() -> None:
    with pytest.raises(NotPermitted):
        comments.delete(written(), "r_other", NOW)
    assert comments.delete(written(), "r_00ff1a2b", NOW).text == ""


def test_enough_reports_hide_it_until_an_editor_looks_and_then_begin_anew() -> None:
    comment = written()
    for reporter in ("r_1", "r_2"):
        comment = comments.report(comment, reporter, "spam", RULES)
    assert (comment.state, comment.reports) == (CommentState.SHOWN, {"spam": 2})
    comment = comments.report(comment, "r_3", "abuse", RULES)
    assert (comment.state, comment.reports) == (CommentState.REPORTED, {"spam": 2, "abuse": 1})
    with pytest.raises(Refused):
        comments.report(comment, "r_4", "spam", RULES)
    cleared = comments.moderate(comment, Action.APPROVE, "s_editor", NOW)
    assert (cleared.state, cleared.reports) == (CommentState.SHOWN, {})
    assert comments.report(cleared, "r_5", "spam", RULES).state is CommentState.SHOWN


def test_nobody_reports_himself_or_without_a_reason() -> None:
    with pytest.raises(Refused):
        comments.report(written(), "r_00ff1a2b", "spam", RULES)
    with pytest.raises(BadValue):
        comments.report(written(), "r_1", "because", RULES)


def answered(department: str | None, by: Actor, *offices: str, comment: Comment | None = None) -> str:
    """The office that has answered."""
    done = comments.answer(comment or written(), Answering("已安排。", department, by, offices), NOW)
    assert done.answer is not None
    return done.answer.department


def test_an_office_answers_for_itself_and_an_editor_for_the_newsroom() -> None:
    assert answered(None, HANDLER, "jw") == "jw"
    assert answered(None, EDITOR) == answered(comments.NEWSROOM, EDITOR, "jw") == comments.NEWSROOM
    both = Actor("s_both", HANDLER.roles | EDITOR.roles)
    assert answered("jw", both, "jw") == "jw"
    for department, by, offices in (
        ("cgw", HANDLER, ["jw"]), (None, HANDLER, ["jw", "cgw"]), ("cgw", EDITOR, []), ("jw", EDITOR, ["jw"]),
        (comments.NEWSROOM, HANDLER, ["jw"]),
    ):  # fmt: skip
        with pytest.raises(BadValue):
            answered(department, by, *offices)
    with pytest.raises(NotPermitted):
        answered("jw", Actor("s_clerk", frozenset({"clerk"})), "jw")
    with pytest.raises(Refused):
        answered("jw", HANDLER, "jw", comment=standing(CommentState.HIDDEN))


def test_the_newsroom_does_not_take_the_place_of_an_offices_answer() -> None:
    by_office = comments.answer(written(), Answering("已安排。", None, HANDLER, ["jw"]), NOW)
    with pytest.raises(Refused):
        comments.answer(by_office, Answering("已转交。", None, EDITOR), NOW)
    by_newsroom = comments.answer(written(), Answering("已转交。", None, EDITOR), NOW)
    assert by_newsroom.answer and not by_newsroom.answer.official
    after = comments.answer(by_newsroom, Answering("已安排。", None, HANDLER, ["jw"]), NOW)
    assert after.answer and after.answer.official


@pytest.mark.parametrize(
    ("state", "action", "happening"),
    [
        (CommentState.WAITING, Action.APPROVE, Happening.SHOWN),
        (CommentState.HIDDEN, Action.APPROVE, Happening.SHOWN),
        (CommentState.WAITING, Action.REFUSE, Happening.REFUSED),
        (CommentState.REPORTED, Action.HIDE, Happening.HIDDEN),
    ],
)
def test_its_author_is_told_what_an_editor_decides(state: CommentState, action: Action, happening: Happening) -> None:
    before = standing(state)
    assert comments.happened(before, comments.moderate(before, action, "s_editor", NOW)) is happening
    gone = comments.forget(before)
    if gone.state is not CommentState.DELETED:
        assert comments.happened(gone, comments.moderate(gone, action, "s_editor", NOW)) is None


def test_its_author_is_told_of_each_answer_and_of_the_report_that_folds_it_and_not_of_his_own_doing() -> None:
    comment = written()
    assert comments.happened(None, comment) is None
    answered = comments.answer(comment, Answering("已安排", "jw", HANDLER, {"jw"}), NOW)
    again = comments.answer(answered, Answering("已办好", "jw", HANDLER, {"jw"}), NOW)
    assert [comments.happened(comment, answered), comments.happened(answered, again)] == [Happening.ANSWERED] * 2
    reported = [comment]
    for number in range(3):
        reported.append(comments.report(reported[-1], f"r_{number}", "spam", RULES))
    assert [comments.happened(*step) for step in pairwise(reported)] == [None, None, Happening.REPORTED]
    assert comments.happened(answered, comments.delete(answered, "r_00ff1a2b", NOW)) is None
    assert comments.happened(answered, comments.forget(answered)) is None


def test_nothing_leads_to_an_author_who_has_left() -> None:
    gone = comments.forget(comments.delete(written(), "r_00ff1a2b", NOW))
    assert (gone.author, gone.name) == (None, "已注销用户")
    assert "r_00ff1a2b" not in gone.model_dump_json()
    assert comments.forget(written()).text == "写得好"


@pytest.mark.parametrize("never_public", [CommentState.WAITING, CommentState.REFUSED])
def test_what_was_never_public_goes_with_its_author_and_can_be_published_by_nobody(never_public: CommentState) -> None:
    left = comments.forget(written().model_copy(update={"state": never_public, "found": ("盲流",)}))
    assert (left.state, left.text, left.found, left.author) == (CommentState.DELETED, "", (), None)
    for action in (Action.APPROVE, Action.REFUSE):
        with pytest.raises(Refused):
            comments.moderate(left, action, "s_editor", NOW)
