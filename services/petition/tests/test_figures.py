"""What everyone reads of the figures."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from kit.clock import utcnow
from kit.identity import Caller
from kit.testing import Rpc
from petition import figures, rolling
from petition.contract.figures import GetFigureDays, GetFigures, MonthFigures, RateView

MONTH = "2026-11"


def month_of(office: Any) -> str:
    return utcnow().astimezone(office.parts.rules.calendar.zone).strftime("%Y-%m")


def read(office: Any, by: str = "district") -> MonthFigures:
    rolling.roll(office.parts, utcnow(), 60)
    return figures.get_figures(office.parts, GetFigures.model_validate({"by": by, "month": month_of(office)}))


def rate(found: list[RateView], code: str) -> tuple[int, int, float | None]:
    (one,) = [one for one in found if one.code == code]
    return one.numerator, one.denominator, one.percent


def test_a_month_by_department(office: Any) -> None:
    for satisfied in (5, 4, 1):
        office.rate(office.answered(), satisfied=satisfied)
    office.submit()
    found = read(office, "department")
    assert [(group.code, group.name) for group in found.groups] == [("intake", "问政受理中心"), ("jw", "区教委")]
    own = found.groups[1].figures
    assert rate(own.rates, "satisfied") == (2, 3, 66.7)
    assert rate(own.rates, "solved") == (3, 3, 100.0)
    assert rate(found.groups[0].figures.rates, "solved") == (0, 0, None)
    assert {one.name: one.count for one in own.endings} == {"已答复并评价": 3}
    assert [step.name for step in own.steps] == ["收集整理", "上报通报", "调查办理", "督办落实", "反馈回复"]
    assert found.definitions.version == 1
    assert {one.code: one.name for one in found.definitions.rates}["satisfied"] == "满意率"
    assert not found.groups[1].ranked, "three are too few to be compared"


def test_private_cases_count_but_not_among_those_that_can_be_checked(office: Any) -> None:
    office.rate(office.answered(visibility="private"))
    office.rate(office.answered(visibility="anonymous"))
    (group,) = read(office).groups
    assert rate(group.figures.rates, "solved") == (2, 2, 100.0)
    assert rate(group.figures.public_rates, "solved") == (1, 1, 100.0)


def test_days(office: Any) -> None:
    office.answered()
    read(office)
    today = utcnow().astimezone(office.parts.rules.calendar.zone).date()
    asked = GetFigureDays.model_validate({"from": today - timedelta(days=9), "to": today})
    (day,) = figures.get_figure_days(office.parts, asked).days
    assert (day.day, day.figures.cases) == (today, 1)
    before = GetFigureDays.model_validate({"from": today - timedelta(days=9), "to": today - timedelta(days=1)})
    assert figures.get_figure_days(office.parts, before).days == []


@pytest.mark.parametrize(("first", "last"), [("2026-11-02", "2026-11-01"), ("2026-01-01", "2026-12-31")])
def test_days_are_asked_for_by_the_quarter_at_most(first: str, last: str) -> None:
    with pytest.raises(ValidationError):
        GetFigureDays.model_validate({"from": first, "to": last})


def test_a_closed_month_shows_what_it_closed_with_and_the_correction(office: Any) -> None:
    no = office.answered()
    later = utcnow() + timedelta(days=100)
    rolling.roll(office.parts, later, 60)
    office.rate(no)
    found = read(office)
    (group,) = found.groups
    assert found.closed_at == later
    assert rate(group.figures.rates, "solved") == (0, 0, None)
    assert group.correction is not None
    assert rate(group.correction.rates, "solved") == (1, 1, 100.0)
    assert group.correction.corrected == 1


def test_definitions(office: Any) -> None:
    found = figures.get_figure_definitions(office.parts.rules)
    assert [version.version for version in found.versions] == [1]
    assert all(one.text for one in found.versions[0].rates)
    assert not found.versions[0].verified


def test_over_the_wire(rpc: Rpc) -> None:
    visitor = Caller("service", "gateway")
    asked = {"by": "town", "month": MONTH}
    assert rpc.call_with({"auth_token": rpc.token(visitor)}, "get_figures", asked)["by"] == "town"
    assert rpc.code(visitor, "get_figures", month="2026-13") == "invalid"
    assert rpc.call(visitor, "get_figure_definitions")["versions"][0]["version"] == 1
    assert rpc.call(visitor, "get_figure_days", **{"from": "2026-11-01", "to": "2026-11-30"})["days"] is not None
