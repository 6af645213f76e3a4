"""Alerts: who is warned of what until when, and that they begin and end by themselves."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from news.domain import alerts
from news.domain.alerts import Alert, AlertRules, Asked
from news.domain.refusals import BadValue, Refused

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
RULES = AlertRules.model_validate(
    {
        "longest_hours": 48,
        "furthest_hours": 24,
        "levels": [
            {"code": "red", "name": "红色", "tone": "alert"},
            {"code": "blue", "name": "蓝色", "tone": "primary"},
            {"code": "notice", "name": "通知", "tone": "primary"},
        ],
        "kinds": [
            {"code": "rain", "name": "暴雨", "title": "暴雨{level}预警", "levels": ["red", "blue"], "advice": "少外出"},
            {"code": "water", "name": "停水", "title": "停水通知", "levels": ["notice"], "advice": "请储水"},
        ],
    }
)


def asked(**fields: Any) -> Asked:
    given = {
        "kind": "rain", "level": "red", "towns": ("t1",), "text": "今夜有大暴雨。", "advice": "", "starts_at": None,
        "ends_at": NOW + 6 * HOUR,
    }  # fmt: skip
    return Asked(**{**given, **fields})


def issued(number: str = "CPA1", **fields: Any) -> Alert:
    return alerts.issue(number, asked(**fields), "s_duty", NOW, RULES, {"t1", "t2"})


def test_its_title_is_of_its_kind_and_level_and_it_holds_at_once() -> None:
    alert = issued()
    assert (alert.title, alert.starts_at, alert.over_at) == ("暴雨红色预警", NOW, NOW + 6 * HOUR)
    assert issued(kind="water", level="notice").title == "停水通知"
    assert [step.action for step in alert.steps] == ["issue"]


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("kind", {"kind": "snow"}),
        ("level", {"level": "purple"}),
        ("level", {"kind": "water"}),  # there is a red level, but not of this kind
        ("towns", {"towns": ("t1", "elsewhere")}),
        ("starts_at", {"starts_at": NOW - HOUR}),
        ("starts_at", {"starts_at": NOW + 25 * HOUR, "ends_at": NOW + 26 * HOUR}),
        ("ends_at", {"ends_at": NOW}),
        ("ends_at", {"starts_at": NOW + 7 * HOUR}),
        ("ends_at", {"ends_at": NOW + 49 * HOUR}),
    ],
)
def test_what_does_not_do_is_named(field: str, given: dict[str, Any]) -> None:
    with pytest.raises(BadValue) as refused:
        issued(**given)
    assert refused.value.field == field


def test_a_start_that_passed_while_the_form_was_filled_in_is_now() -> None:
    assert issued(starts_at=NOW - timedelta(minutes=9)).starts_at == NOW


def test_it_begins_and_ends_by_itself() -> None:
    alert = issued(starts_at=NOW + HOUR, ends_at=NOW + 2 * HOUR)
    moments = (NOW, NOW + HOUR, NOW + 2 * HOUR - timedelta(milliseconds=1), NOW + 2 * HOUR)
    assert [alert.standing(at) for at in moments] == ["coming", "holding", "holding", "ended"]


def test_it_is_extended_until_it_is_over_and_never_shortened() -> None:
    alert = issued()
    later = alerts.extend(alert, NOW + 9 * HOUR, "雨势未减", "s_duty", NOW + HOUR, RULES)
    assert (later.over_at, later.version, later.steps[-1].note) == (NOW + 9 * HOUR, 2, "雨势未减")
    for until in (NOW + 5 * HOUR, NOW + 6 * HOUR, NOW + 60 * HOUR):
        with pytest.raises(BadValue):
            alerts.extend(alert, until, "", "s_duty", NOW + HOUR, RULES)
    with pytest.raises(Refused, match="已经结束"):
        alerts.extend(alert, NOW + 9 * HOUR, "", "s_duty", NOW + 6 * HOUR, RULES)


def test_it_is_lifted_once_also_before_it_begins() -> None:
    lifted = alerts.lift(issued(), "雨已停", "s_duty", NOW + HOUR)
    assert (lifted.over_at, lifted.standing(NOW + HOUR)) == (NOW + HOUR, "lifted")
    assert lifted.ends_at == NOW + 6 * HOUR
    with pytest.raises(Refused, match="已经解除"):
        alerts.lift(lifted, "雨已停", "s_duty", NOW + HOUR)
    with pytest.raises(Refused, match="已经解除"):
        alerts.extend(lifted, NOW + 9 * HOUR, "", "s_duty", NOW + HOUR, RULES)
    coming = alerts.lift(issued(starts_at=NOW + HOUR), "预报调整", "s_duty", NOW)
    assert coming.over_at < coming.starts_at


def test_the_gravest_stands_first_and_the_next_change_is_known() -> None:
    blue, red = issued("CPA1", level="blue"), issued("CPA2", ends_at=NOW + 3 * HOUR)
    coming = issued("CPA3", starts_at=NOW + 2 * HOUR)
    assert alerts.current([blue, coming, red], NOW, RULES) == ([red, blue], NOW + 2 * HOUR)
    assert alerts.current([blue, coming, red], NOW + 2 * HOUR, RULES)[1] == NOW + 3 * HOUR
    over = NOW + 6 * HOUR
    assert alerts.current([blue, coming, red], over, RULES) == ([], None)
    assert alerts.current([], NOW, RULES) == ([], None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": [RULES.kinds[0].model_copy(update={"levels": ("purple",)})]},
        {"levels": [RULES.levels[0], RULES.levels[0]]},
        {"levels": []},
        {"longest_hours": 0},
    ],
)
def test_rules_that_do_not_fit_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AlertRules.model_validate({**RULES.model_dump(), **wrong})
