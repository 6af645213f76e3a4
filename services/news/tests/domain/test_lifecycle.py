"""The steps of an article: every stage, action and role."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from news.domain import editing, lifecycle, reviewing, scheduling
from news.domain.article import STATE_OF, Article, Block, Kind, Stage, State, Words
from news.domain.checking import Finding, Level
from news.domain.editing import Change, Saved
from news.domain.lifecycle import TABLE, Action, Actor
from news.domain.refusals import BadValue, NotPermitted, Refused
from news.domain.reviewing import Said

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
WORDS = Words(
    column="news", title="标题", lead="", blocks=(Block(kind=Kind.PARAGRAPH, text="正文"),), desk="部", source="本端"
)
ROLES = ("reporter", "editor", "duty_editor", "chief_editor", "clerk", "administrator", "resident")
WRITER = Actor("s_writer", frozenset({"reporter", "editor", "duty_editor", "chief_editor"}))
NEWSROOM, EDITORS = set(ROLES[:4]), set(ROLES[1:4])
MAY = {
    (Stage.WRITING, Action.SAVE): NEWSROOM,
    (Stage.WRITING, Action.SUBMIT): NEWSROOM,
    (Stage.FIRST, Action.APPROVE): {"editor"},
    (Stage.FIRST, Action.RETURN): {"editor"},
    (Stage.SECOND, Action.APPROVE): {"duty_editor"},
    (Stage.SECOND, Action.RETURN): {"duty_editor"},
    (Stage.FINAL, Action.APPROVE): {"chief_editor"},
    (Stage.FINAL, Action.RETURN): {"chief_editor"},
    (Stage.APPROVED, Action.SAVE): NEWSROOM,
    (Stage.APPROVED, Action.PUBLISH): EDITORS,
    (Stage.SCHEDULED, Action.PUBLISH): EDITORS,
    (Stage.SCHEDULED, Action.UNSCHEDULE): EDITORS,
    **{(stage, Action.SCHEDULE): EDITORS for stage in (Stage.APPROVED, Stage.SCHEDULED)},
    (Stage.WRITING, Action.EMBARGO): NEWSROOM,
    **{
        (stage, Action.EMBARGO): EDITORS
        for stage in (Stage.FIRST, Stage.SECOND, Stage.FINAL, Stage.APPROVED, Stage.SCHEDULED)
    },
    **{
        (stage, Action.PUBLISH_URGENTLY): {"duty_editor", "chief_editor"}
        for stage in (Stage.WRITING, Stage.FIRST, Stage.SECOND, Stage.FINAL)
    },
    (Stage.LATER, Action.REVIEW_LATER): {"chief_editor"},
    **{(stage, Action.SAVE): EDITORS for stage in (Stage.PUBLISHED, Stage.LATER)},
    **{(stage, Action.WITHDRAW): EDITORS for stage in (Stage.PUBLISHED, Stage.LATER)},
}


def person(name: str, *roles: str) -> Actor:
    return Actor(f"s_{name}", frozenset(roles))


EDITOR, DUTY, CHIEF = person("e", "editor"), person("d", "duty_editor"), person("c", "chief_editor")


def article(stage: Stage) -> Article:
    """An article that came to the stage as articles do."""
    found = editing.create("CPN20261123-000000", WRITER, WORDS, NOW).article
    if stage is Stage.LATER:
        return reviewing.publish_urgently(found, DUTY, NOW, "突发").article
    if stage is Stage.SCHEDULED:
        return scheduling.schedule(article(Stage.APPROVED), EDITOR, NOW, LATER).article
    steps = [
        lambda one: reviewing.submit(one, WRITER, NOW, (), ""),
        lambda one: reviewing.approve(one, EDITOR, NOW, ""),
        lambda one: reviewing.approve(one, DUTY, NOW, ""),
        lambda one: reviewing.approve(one, CHIEF, NOW, ""),
        lambda one: editing.publish(one, EDITOR, NOW),
        lambda one: editing.withdraw(one, EDITOR, NOW, "有误"),
    ]
    while found.stage is not stage:
        found = steps.pop(0)(found).article
    return found


def take(found: Article, action: Action, actor: Actor) -> Change:
    steps = {
        Action.SAVE: lambda: editing.save(found, actor, LATER, Saved(WORDS.model_copy(update={"title": "新"}), "更正")),
        Action.SUBMIT: lambda: reviewing.submit(found, actor, LATER, (), ""),
        Action.RECALL: lambda: reviewing.recall(found, actor, LATER),
        Action.APPROVE: lambda: reviewing.approve(found, actor, LATER, ""),
        Action.RETURN: lambda: reviewing.send_back(found, actor, LATER, [Said("请核实", 0)], ""),
        Action.EMBARGO: lambda: scheduling.hold_back(found, actor, LATER, None),
        Action.SCHEDULE: lambda: scheduling.schedule(found, actor, LATER, LATER + timedelta(hours=1)),
        Action.UNSCHEDULE: lambda: scheduling.unschedule(found, actor, LATER),
        Action.PUBLISH: lambda: editing.publish(found, actor, LATER),
        Action.PUBLISH_URGENTLY: lambda: reviewing.publish_urgently(found, actor, LATER, "突发"),
        Action.REVIEW_LATER: lambda: reviewing.review_later(found, actor, LATER, ""),
        Action.WITHDRAW: lambda: editing.withdraw(found, actor, LATER, "有误"),
    }
    return steps[action]()


@pytest.mark.parametrize("stage", Stage)
def test_each_step_is_taken_from_its_stage_by_its_roles_and_by_nobody_else(stage: Stage) -> None:
    before = article(stage)
    for action, role in product(Action, ROLES):
        actor, may = Actor("s_1", frozenset({role})), MAY.get((stage, action), set())
        assert (action in lifecycle.allowed(before, actor)) is (role in may), (action, role)
        if role in may:
            after = take(before, action, actor).article
            assert (after.version, after.updated_at, after.id) == (before.version + 1, LATER, before.id), (action, role)
            continue
        with pytest.raises(Refused) as refused:
            take(before, action, actor)
        known = any(row.action is action and row.source is stage for row in TABLE)
        assert isinstance(refused.value, NotPermitted) is known, (action, role)


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_is_of_one_state(stage: Stage) -> None:
    assert article(stage).state is STATE_OF[stage]
    assert article(stage).listed is (STATE_OF[stage] is State.PUBLISHED)


@pytest.mark.parametrize("stage", [Stage.FIRST, Stage.SECOND, Stage.FINAL, Stage.LATER])
def test_nobody_reviews_what_he_has_written(stage: Stage) -> None:
    reviews = {Action.APPROVE, Action.RETURN, Action.PUBLISH_URGENTLY, Action.REVIEW_LATER}
    assert not reviews & set(lifecycle.allowed(article(stage), WRITER))
    helped = article(stage).model_copy(update={"author": "s_other", "writers": ("s_other", "s_writer")})
    assert not reviews & set(lifecycle.allowed(helped, WRITER))
    with pytest.raises(NotPermitted):
        take(article(stage), Action.REVIEW_LATER if stage is Stage.LATER else Action.APPROVE, WRITER)


def test_three_reviews_are_made_by_three_people_and_anew_after_a_return() -> None:
    of_all_trades = person("all", "editor", "duty_editor", "chief_editor")
    second = reviewing.approve(article(Stage.FIRST), of_all_trades, NOW, "").article
    with pytest.raises(NotPermitted):
        reviewing.approve(second, of_all_trades, NOW, "")
    back = reviewing.send_back(second, DUTY, NOW, [], "请补充部门答复").article
    assert (back.stage, back.returned) == (Stage.WRITING, True)
    again = reviewing.submit(back, WRITER, LATER, (), "").article
    assert (again.stage, again.returned) == (Stage.FIRST, False)
    assert reviewing.approve(again, of_all_trades, LATER, "").article.stage is Stage.SECOND


def test_who_published_in_haste_does_not_review_it_later() -> None:
    both = person("both", "duty_editor", "chief_editor")
    hurried = reviewing.publish_urgently(article(Stage.WRITING), both, NOW, "突发").article
    with pytest.raises(NotPermitted):
        reviewing.review_later(hurried, both, LATER, "")
    assert reviewing.review_later(hurried, CHIEF, LATER, "").article.stage is Stage.PUBLISHED


def test_what_is_changed_after_its_approval_is_reviewed_anew() -> None:
    assert take(article(Stage.APPROVED), Action.SAVE, WRITER).article.stage is Stage.WRITING


@pytest.mark.parametrize("stage", [Stage.APPROVED, Stage.PUBLISHED, Stage.LATER])
def test_the_page_saves_nothing_by_itself_that_is_not_being_written(stage: Stage) -> None:
    with pytest.raises(Refused):
        editing.save(article(stage), EDITOR, LATER, Saved(WORDS, "更正", auto=True))


def test_only_its_writer_recalls_it_and_only_before_its_first_review() -> None:
    assert take(article(Stage.FIRST), Action.RECALL, WRITER).article.stage is Stage.WRITING
    for other in (EDITOR, DUTY):
        with pytest.raises(NotPermitted):
            take(article(Stage.FIRST), Action.RECALL, other)
    with pytest.raises(Refused):
        take(article(Stage.SECOND), Action.RECALL, WRITER)


def test_a_return_says_why_and_where() -> None:
    first = article(Stage.FIRST)
    with pytest.raises(BadValue):
        reviewing.send_back(first, EDITOR, NOW, [], "")
    with pytest.raises(BadValue):
        reviewing.send_back(first, EDITOR, NOW, [Said("请核实", 7)], "")
    (remark,) = reviewing.send_back(first, EDITOR, NOW, [Said("请核实", 0)], "").article.course[-1].remarks
    assert (remark.block, remark.quoted, remark.text) == (0, "正文", "请核实")


def test_what_must_be_changed_stays_only_with_a_reason() -> None:
    must = Finding("title", None, 0, 2, "标题", Level.MUST, "不规范")
    should = Finding("title", None, 0, 2, "标题", Level.SHOULD, "请核实")
    with pytest.raises(BadValue):
        reviewing.submit(article(Stage.WRITING), WRITER, NOW, [must], "")
    handed_in = reviewing.submit(article(Stage.WRITING), WRITER, NOW, [must], "引用原话").article
    assert handed_in.course[-1].note
    assert reviewing.submit(article(Stage.WRITING), WRITER, NOW, [should], "")


def test_in_haste_too_what_must_be_changed_stays_only_with_a_reason() -> None:
    must = Finding("title", None, 0, 2, "标题", Level.MUST, "不规范")
    with pytest.raises(BadValue) as refused:
        reviewing.publish_urgently(article(Stage.WRITING), DUTY, NOW, "突发", [must])
    assert refused.value.field == "note" and "“标题”" in str(refused.value)
    hurried = reviewing.publish_urgently(article(Stage.WRITING), DUTY, NOW, "突发", [must], "引用原话").article
    assert hurried.course[-1].note.splitlines() == ["突发", "检查提示予以保留：引用原话"]
    assert reviewing.publish_urgently(article(Stage.FIRST), DUTY, NOW, "突发", [must]), "heard when it was handed in"


def test_a_correction_that_brings_what_must_be_changed_says_why() -> None:
    must = [Finding("title", None, 0, 2, "标题", Level.MUST, "不规范")]
    with pytest.raises(BadValue) as refused:
        editing.save(article(Stage.PUBLISHED), EDITOR, LATER, Saved(WORDS, "改正了地名", must=must))
    assert refused.value.field == "note"
    corrected = editing.save(
        article(Stage.PUBLISHED), EDITOR, LATER, Saved(WORDS, "改正了地名", must=must, note="原话")
    )
    (told,) = corrected.article.corrections
    assert told.note == "改正了地名", "what readers are told"
    assert corrected.article.course[-1].note.splitlines() == ["改正了地名", "检查提示予以保留：原话"]
    assert editing.save(article(Stage.WRITING), EDITOR, LATER, Saved(WORDS, must=must)), (
        "a draft is checked when handed in"
    )


def test_a_correction_is_reviewed_later_by_another_chief_editor() -> None:
    correcting = person("correcting", "editor", "chief_editor")
    corrected = editing.save(article(Stage.PUBLISHED), correcting, LATER, Saved(WORDS, "更正")).article
    assert (corrected.stage, corrected.listed) == (Stage.LATER, True)
    for wrong in (correcting, EDITOR, DUTY):
        with pytest.raises(NotPermitted):
            reviewing.review_later(corrected, wrong, LATER, "")
    reviewed = reviewing.review_later(corrected, CHIEF, LATER, "").article
    assert reviewed.stage is Stage.PUBLISHED, "he made the third review, of other words"
    again = editing.save(reviewed, EDITOR, LATER, Saved(WORDS, "再更正")).article
    assert reviewing.review_later(again, CHIEF, LATER, "").article.stage is Stage.PUBLISHED


def test_who_wrote_of_it_before_its_reviews_may_review_a_correction_that_is_anothers() -> None:
    lately, author = person("lately", "chief_editor"), Actor(WRITER.id, frozenset({"chief_editor"}))
    out = article(Stage.PUBLISHED)
    helped = out.model_copy(update={"writers": (lately.id, WRITER.id)})
    corrected = editing.save(helped, EDITOR, LATER, Saved(WORDS, "更正")).article
    assert Action.REVIEW_LATER in lifecycle.allowed(corrected, lately)
    assert reviewing.review_later(corrected, lately, LATER, "").article.stage is Stage.PUBLISHED
    assert Action.REVIEW_LATER not in lifecycle.allowed(corrected, author), "the report stays his own"
    twice = editing.save(corrected, DUTY, LATER, Saved(WORDS, "再更正")).article
    for first in (EDITOR, DUTY):
        chief = Actor(first.id, first.roles | {"chief_editor"})
        assert Action.REVIEW_LATER not in lifecycle.allowed(twice, chief), "none of the two was reviewed yet"
    again = editing.save(
        reviewing.review_later(twice, CHIEF, LATER, "").article, DUTY, LATER, Saved(WORDS, "三")
    ).article
    once = Actor(EDITOR.id, EDITOR.roles | {"chief_editor"})
    assert Action.REVIEW_LATER in lifecycle.allowed(again, once), "his own correction has been reviewed"


def test_who_wrote_of_what_was_published_in_haste_reviews_no_correction_of_it_before_it_is_reviewed() -> None:
    helper = person("helper", "chief_editor")
    drafted = article(Stage.WRITING).model_copy(update={"writers": (helper.id, WRITER.id)})
    hurried = reviewing.publish_urgently(drafted, DUTY, NOW, "突发").article
    corrected = editing.save(hurried, EDITOR, LATER, Saved(WORDS, "更正")).article
    assert Action.REVIEW_LATER not in lifecycle.allowed(corrected, helper)
    assert Action.REVIEW_LATER in lifecycle.allowed(corrected, CHIEF)


def test_who_published_in_haste_does_not_review_it_after_a_correction_either() -> None:
    both = person("both", "duty_editor", "chief_editor")
    hurried = reviewing.publish_urgently(article(Stage.WRITING), both, NOW, "突发").article
    corrected = editing.save(hurried, EDITOR, LATER, Saved(WORDS, "更正")).article
    with pytest.raises(NotPermitted):
        reviewing.review_later(corrected, both, LATER, "")


def test_only_what_readers_can_see_is_told() -> None:
    assert take(article(Stage.WRITING), Action.SAVE, WRITER).told == ""
    assert take(article(Stage.FIRST), Action.APPROVE, EDITOR).told == ""
    assert take(article(Stage.WRITING), Action.PUBLISH_URGENTLY, DUTY).told == "published"
    assert take(article(Stage.LATER), Action.REVIEW_LATER, CHIEF).told == ""
    assert take(article(Stage.APPROVED), Action.PUBLISH, EDITOR).told == "published"
    assert take(article(Stage.PUBLISHED), Action.SAVE, EDITOR).told == "corrected"
    assert take(article(Stage.PUBLISHED), Action.WITHDRAW, EDITOR).told == "withdrawn"


def test_a_correction_needs_a_note_and_leaves_it() -> None:
    published = article(Stage.PUBLISHED)
    with pytest.raises(BadValue):
        editing.save(published, EDITOR, LATER, Saved(WORDS, ""))
    corrected = editing.save(published, EDITOR, LATER, Saved(WORDS, "改正了地名")).article
    again = editing.save(corrected, EDITOR, LATER, Saved(WORDS, "改正了日期")).article
    assert [c.note for c in again.corrections] == ["改正了地名", "改正了日期"]
    assert again.published_at == NOW


def test_an_example_stays_an_example() -> None:
    example = editing.create("CPN20261123-000000", EDITOR, WORDS.model_copy(update={"example": True}), NOW).article
    assert editing.save(example, EDITOR, LATER, Saved(WORDS)).article.words.example


def test_an_editors_desk_has_every_article_a_reporters_his_own() -> None:
    found = article(Stage.WRITING).model_copy(update={"author": "s_reporter"})
    assert lifecycle.works_on(found, EDITOR)
    assert lifecycle.works_on(found, person("reporter", "reporter"))
    assert not lifecycle.works_on(found, person("other", "reporter"))
    assert not lifecycle.works_on(found, person("reporter", "clerk"))


HOUR = timedelta(hours=1)


@pytest.mark.parametrize("at", [NOW, NOW - HOUR, NOW + timedelta(days=181)])
def test_a_time_lies_ahead_and_not_too_far(at: datetime) -> None:
    with pytest.raises(BadValue):
        scheduling.schedule(article(Stage.APPROVED), EDITOR, NOW, at)


def test_it_goes_out_when_its_time_has_come_in_the_name_of_who_set_it() -> None:
    planned = scheduling.schedule(article(Stage.APPROVED), DUTY, NOW, LATER).article
    planned = scheduling.schedule(planned, EDITOR, NOW, LATER + HOUR).article
    with pytest.raises(Refused):
        scheduling.publish_due(planned, LATER)
    out = scheduling.publish_due(planned, LATER + HOUR)
    assert (out.told, out.article.published_at, out.article.course[-1].by) == ("published", LATER + HOUR, "s_e")
    assert out.article.publish_at is None
    with pytest.raises(Refused):
        scheduling.publish_due(out.article, LATER + HOUR)
    with pytest.raises(Refused):
        scheduling.publish_due(scheduling.unschedule(planned, EDITOR, NOW).article, LATER + HOUR)


def test_what_is_held_back_goes_out_in_no_way_before_its_time() -> None:
    held = scheduling.hold_back(article(Stage.APPROVED), WRITER, NOW, LATER).article
    for before in (NOW, LATER - timedelta(seconds=1)):
        with pytest.raises(Refused):
            editing.publish(held, EDITOR, before)
    under_review = scheduling.hold_back(article(Stage.FIRST), WRITER, NOW, LATER).article
    with pytest.raises(Refused):
        reviewing.publish_urgently(under_review, DUTY, NOW, "急")
    with pytest.raises(BadValue):
        scheduling.schedule(held, EDITOR, NOW, LATER - timedelta(seconds=1))
    assert scheduling.schedule(held, EDITOR, NOW, LATER).article.stage is Stage.SCHEDULED
    assert editing.publish(held, EDITOR, LATER).told == "published"
    assert (
        editing.publish(scheduling.hold_back(held, WRITER, NOW, None, "已发文").article, EDITOR, NOW).told
        == "published"
    )


@pytest.mark.parametrize("until", [None, LATER], ids=["lifted", "shortened"])
def test_an_embargo_ends_sooner_only_with_a_reason_and_not_by_a_reporter_who_did_not_set_it(
    until: datetime | None,
) -> None:
    reporter = person("r", "reporter")
    held = scheduling.hold_back(article(Stage.WRITING), CHIEF, NOW, LATER + HOUR).article
    with pytest.raises(BadValue) as refused:
        scheduling.hold_back(held, EDITOR, NOW, until)
    assert refused.value.field == "note"
    with pytest.raises(NotPermitted):
        scheduling.hold_back(held, reporter, NOW, until, "提前发")
    lifted = scheduling.hold_back(held, EDITOR, NOW, until, "发布会提前").article
    assert (lifted.embargo_until, lifted.course[-1].note) == (until, "发布会提前")
    own = scheduling.hold_back(article(Stage.WRITING), reporter, NOW, LATER + HOUR).article
    assert scheduling.hold_back(own, reporter, NOW, until, "记错了时间").article.embargo_until == until
    assert scheduling.hold_back(held, reporter, NOW, LATER + HOUR * 2).article.embargo_until, "longer needs no reason"
    assert scheduling.hold_back(held, EDITOR, LATER + HOUR, None).article.embargo_until is None, "it is over"


def test_what_is_set_to_go_out_is_not_held_back_beyond_that() -> None:
    planned = scheduling.schedule(article(Stage.APPROVED), EDITOR, NOW, LATER).article
    with pytest.raises(BadValue):
        scheduling.hold_back(planned, EDITOR, NOW, LATER + HOUR)
    with pytest.raises(BadValue):
        scheduling.hold_back(planned, EDITOR, LATER, NOW)
