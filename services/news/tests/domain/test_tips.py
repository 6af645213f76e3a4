"""The rules of a tip: who takes which step from where, what its author is told, who reads the contact, how long."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from news.domain import tips
from news.domain.lifecycle import Actor
from news.domain.refusals import BadValue, NotPermitted, Refused
from news.domain.tips import Standing, Tip, TipAction

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
EDITOR, OTHER, DUTY, CHIEF, REPORTER = (
    Actor(f"s_{name}", frozenset({role}))
    for name, role in (
        ("editor", "editor"),
        ("other", "editor"),
        ("duty", "duty_editor"),
        ("chief", "chief_editor"),
        ("reporter", "reporter"),
    )
)
ARTICLE, DRAFT = "CPN20261127-AAAAAA", "CPN20261127-BBBBBB"


def tip(**fields: Any) -> Tip:
    sent = Tip(no="CPT20261127-7K3F9Q", author="r_author", text="夜里有车倾倒垃圾。", sent_at=NOW, **fields)
    return tips.send(sent, contact_days=180)


def checking() -> Tip:
    return tips.assign(tip(), DUTY, EDITOR, NOW).tip


def adopted(*articles: str) -> Tip:
    return tips.adopt(checking(), EDITOR, NOW, text="", articles=articles, public={ARTICLE}, days=30).tip


def declined() -> Tip:
    return tips.decline(checking(), EDITOR, NOW, reason="unclear", text="", days=30).tip


AT = {
    Standing.RECEIVED: tip,
    Standing.CHECKING: checking,
    Standing.ADOPTED: adopted,
    Standing.DECLINED: declined,
}
ALLOWED = {
    Standing.RECEIVED: {"editor": set(), "other": set(), "duty": {"assign", "decline"}},
    Standing.CHECKING: {
        "editor": {"message", "adopt", "decline", "open_contact"},
        "other": set(),
        "duty": {"assign", "message", "adopt", "decline"},
    },
    Standing.ADOPTED: {
        "editor": {"message", "link", "open_contact"},
        "other": set(),
        "duty": {"assign", "message", "link"},
    },
    Standing.DECLINED: {"editor": {"message", "open_contact"}, "other": set(), "duty": {"assign", "message"}},
}


@pytest.mark.parametrize("state", Standing)
def test_each_state_allows_each_person_what_the_table_says(state: Standing) -> None:
    at = AT[state]()
    assert at.state is state
    for actor in (EDITOR, OTHER, DUTY):
        assert set(tips.allowed(at, actor, NOW)) == ALLOWED[state][actor.id[2:]], actor
    assert set(tips.allowed(at, CHIEF, NOW)) == ALLOWED[state]["duty"]
    assert tips.allowed(at, REPORTER, NOW) == []


def take(action: TipAction, at: Tip, actor: Actor) -> Tip:
    steps = {
        TipAction.ASSIGN: lambda: tips.assign(at, actor, OTHER, NOW),
        TipAction.MESSAGE: lambda: tips.message(at, actor, NOW, text="请问是哪一天？"),
        TipAction.ADOPT: lambda: tips.adopt(at, actor, NOW, text="", articles=(), public=(), days=30),
        TipAction.DECLINE: lambda: tips.decline(at, actor, NOW, reason="unclear", text="", days=30),
        TipAction.LINK: lambda: tips.link(at, actor, NOW, articles=(ARTICLE,), public=()),
        TipAction.OPEN_CONTACT: lambda: tips.open_contact(at, actor, NOW, reason="核实时间"),
    }
    return steps[action]().tip


@pytest.mark.parametrize("state", Standing)
@pytest.mark.parametrize("action", TipAction)
@pytest.mark.parametrize("actor", [EDITOR, OTHER, DUTY, CHIEF, REPORTER], ids=lambda actor: actor.id)
def test_a_step_is_taken_where_it_is_allowed_and_refused_elsewhere(
    state: Standing, action: TipAction, actor: Actor
) -> None:
    at = AT[state]()
    if action in tips.allowed(at, actor, NOW):
        assert take(action, at, actor).version == at.version + 1
    else:
        with pytest.raises(Refused):
            take(action, at, actor)


def test_a_tip_goes_to_an_editor_and_its_author_is_told_once() -> None:
    first = tips.assign(tip(), DUTY, EDITOR, NOW)
    assert (first.told, first.tip.state, first.tip.assignee) == ("checking", Standing.CHECKING, EDITOR.id)
    again = tips.assign(first.tip, CHIEF, OTHER, NOW)
    assert (again.told, again.tip.assignee) == ("", OTHER.id)
    for wrong in (None, REPORTER, OTHER):
        with pytest.raises(BadValue):
            tips.assign(again.tip, DUTY, wrong, NOW)


def test_a_declined_tip_is_looked_into_again() -> None:
    again = tips.assign(declined(), CHIEF, EDITOR, NOW)
    assert (again.told, again.tip.state) == ("checking", Standing.CHECKING)


def test_an_adopted_tip_whose_editor_left_goes_to_another_and_stays_adopted() -> None:
    with pytest.raises(BadValue):
        tips.assign(adopted(), DUTY, EDITOR, NOW)
    change = tips.assign(adopted(ARTICLE), DUTY, OTHER, NOW + timedelta(days=1))
    assert (change.told, change.tip.state, change.tip.assignee) == ("", Standing.ADOPTED, OTHER.id)
    assert (change.tip.articles, change.tip.contact_until) == ((ARTICLE,), adopted().contact_until)
    assert tips.text_until(change.tip, days=1095, days_after=365) == NOW + timedelta(days=365)
    assert tips.open_contact(change.tip, OTHER, NOW, reason="补充采访").tip.openings
    with pytest.raises(NotPermitted):
        tips.open_contact(change.tip, EDITOR, NOW, reason="补充采访")


def test_only_the_one_in_charge_opens_the_contact_and_each_opening_stays() -> None:
    for other in (DUTY, CHIEF, OTHER, REPORTER):
        with pytest.raises(NotPermitted):
            tips.open_contact(checking(), other, NOW, reason="核实时间")
    opened = tips.open_contact(checking(), EDITOR, NOW, reason="核实时间").tip
    opened = tips.open_contact(opened, EDITOR, NOW + timedelta(hours=1), reason="补充照片").tip
    assert [(one.by, one.reason) for one in opened.openings] == [(EDITOR.id, "核实时间"), (EDITOR.id, "补充照片")]
    assert all(tips.sees_openings(opened, who) for who in (EDITOR, DUTY, CHIEF))
    assert not any(tips.sees_openings(opened, who) for who in (OTHER, REPORTER))
    handed_on = tips.assign(opened, DUTY, OTHER, NOW).tip
    with pytest.raises(NotPermitted):
        tips.open_contact(handed_on, EDITOR, NOW, reason="核实时间")


def test_a_contact_is_kept_until_its_time_and_a_decision_brings_that_nearer() -> None:
    assert checking().contact_until == NOW + timedelta(days=180)
    assert declined().contact_until == NOW + timedelta(days=30)
    late = NOW + timedelta(days=170)
    end = tips.decline(checking(), EDITOR, late, reason="unclear", text="", days=30).tip.contact_until
    assert end == NOW + timedelta(days=180)
    with pytest.raises(Refused):
        tips.open_contact(declined(), EDITOR, NOW + timedelta(days=30), reason="核实时间")
    nobody = tips.send(tip(), contact_days=None)
    assert not tips.has_contact(nobody, NOW)


def test_the_author_is_told_of_each_published_article_once() -> None:
    change = tips.adopt(checking(), EDITOR, NOW, text="", articles=(ARTICLE, DRAFT), public={ARTICLE}, days=30)
    assert change.told == "reported"
    assert tips.report(change.tip, ARTICLE, NOW) is None
    out = tips.report(change.tip, DRAFT, NOW)
    assert out is not None and out.told == "reported"
    assert tips.report(out.tip, DRAFT, NOW) is None
    assert tips.report(out.tip, "CPN20261127-CCCCCC", NOW) is None, "it did not come of this tip"
    again = tips.link(out.tip, EDITOR, NOW, articles=(DRAFT,), public={DRAFT})
    assert (again.told, again.tip.articles) == ("", (DRAFT,))


def test_an_article_that_was_named_by_mistake_is_taken_off_and_only_who_was_told_of_it_is_told() -> None:
    found = adopted(ARTICLE, DRAFT)
    drafted = tips.detach(found, OTHER, NOW, article=DRAFT)
    assert drafted and (drafted.tip.articles, drafted.told) == ((ARTICLE,), "")
    assert drafted.tip.entries == found.entries, "nobody was told that it would come"
    told = tips.detach(drafted.tip, OTHER, NOW, article=ARTICLE)
    assert told and (told.tip.articles, told.told) == ((), "messaged")
    assert (told.tip.entries[-1].kind, told.tip.entries[-1].text) == ("message", tips.MISTAKEN)
    assert tips.detach(told.tip, OTHER, NOW, article=ARTICLE) is None
    again = tips.attach(told.tip, OTHER, NOW, article=ARTICLE)
    assert again and (again.tip.articles, again.told) == ((ARTICLE,), "reported")
    assert tips.attach(again.tip, OTHER, NOW, article=ARTICLE) is None


def test_what_a_tip_says_is_kept_from_its_decision_on_or_from_when_it_came() -> None:
    def until(one: Tip) -> int:
        return (tips.text_until(one, days=1095, days_after=365) - NOW).days

    assert (until(tip()), until(checking())) == (1095, 1095)
    assert (until(adopted()), until(declined())) == (365, 365)
    later = NOW + timedelta(days=40)
    again = tips.assign(declined(), DUTY, OTHER, later).tip
    assert until(again) == 1095, "it is looked into again"
    once_more = tips.decline(again, OTHER, later, reason="unclear", text="", days=30).tip
    assert until(once_more) == 365 + 40


def test_of_an_erased_tip_number_dates_and_outcome_are_left_and_nobody_does_anything_with_it() -> None:
    place = {"place": "村东河沟", "point": tips.Place(lon=116.2, lat=40.2)}
    full = tip(**place, town="110114112", pictures=(tips.TipPicture(id="a" * 32, width=4, height=3),))
    full = tips.assign(full, DUTY, EDITOR, NOW).tip
    full = tips.message(full, EDITOR, NOW, text="请问是几点？").tip
    full = tips.open_contact(full, EDITOR, NOW, reason="约到现场核实").tip
    full = tips.decline(full, EDITOR, NOW, reason="unclear", text="请补充地点", days=30).tip
    left = tips.erased(full)
    assert (left.text, left.place, left.point, left.pictures) == ("", "", None, ())
    assert [entry.text for entry in left.entries] == ["", "", ""]
    assert [entry.about for entry in left.entries] == [EDITOR.id, "", "unclear"]
    assert (left.no, left.sent_at, left.state, left.town) == (full.no, full.sent_at, full.state, full.town)
    assert (left.contact_until, left.contact_erased, left.openings) == (None, True, full.openings)
    assert tips.allowed(left, DUTY, NOW) == tips.allowed(left, EDITOR, NOW) == []
    with pytest.raises(Refused):
        tips.assign(left, DUTY, OTHER, NOW)
