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
from petition.store import schema

MONTH = "2026-11"


def month_of(office: Any) -> str:
    return utcnow().astimezone(office.parts.rules.calendar.zone).strftime("%Y-%m")


def read(office: Any, by: str = "district", caller: Caller | None = None) -> MonthFigures:
    """As the office sees it, unless it is somebody else who asks."""
    rolling.roll(office.parts, utcnow(), 60)
    request = GetFigures.model_validate({"by": by, "month": month_of(office)})
    return figures.get_figures(office.parts, request, caller or office.leader)


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


def test_of_many_cases_and_few_ratings_only_what_is_counted_often_enough_is_ranked(office: Any) -> None:
    first, *_ = [office.answered() for _ in range(10)]
    office.rate(first)
    (own,) = read(office, "department").groups
    ranked = {one.code: one.ranked for one in own.figures.rates}
    assert own.ranked
    assert rate(own.figures.rates, "solved") == (1, 1, 100.0)
    assert (ranked["solved"], ranked["satisfied"], ranked["response"]) == (False, False, True)


def test_private_cases_count_but_not_among_those_that_can_be_checked(office: Any) -> None:
    office.rate(office.answered(visibility="private"))
    office.rate(office.answered(visibility="anonymous"))
    (group,) = read(office).groups
    assert rate(group.figures.rates, "solved") == (2, 2, 100.0)
    assert rate(group.figures.public_rates, "solved") == (1, 1, 100.0)
    assert group.figures.public is not None
    assert (group.figures.public.cases, group.figures.public.first_answer.count) == (1, 1)


def test_of_few_public_cases_among_many_nothing_is_told_apart(office: Any) -> None:
    for visibility in ("private", "private", "private", "private", "public"):
        office.answered(visibility=visibility)
    (group,) = read(office, caller=office.visitor).groups
    assert (group.figures.few, group.figures.public_rates, group.figures.public) == (False, [], None)
    assert rate(group.figures.rates, "response") == (5, 5, 100.0)


def test_groups_counted_by_the_version_before_are_shown_and_counted_again(office: Any) -> None:
    no = office.answered()
    read(office)
    rolling.roll(office.parts, utcnow() + timedelta(days=100), 60)  # closed, as the version before did it
    office.db.figure_groups.update_many({}, {"$unset": {"figures.public": "", "closed.public": ""}})
    (group,) = read(office).groups
    assert (group.figures.public, group.correction) == (None, None)
    for _ in range(2):
        next(one for one in schema.SCHEMA.migrations if "counted apart" in one.name).run(office.db)
    (group,) = read(office).groups
    assert (group.figures.public, group.correction) == (None, None), "nothing has changed since it closed"
    assert office.db.figure_groups.find_one({"by": "district"})["figures"]["public"]["cases"] == 1
    office.rate(no)
    (group,) = read(office).groups
    assert group.correction is not None and group.correction.public is not None


def test_days(office: Any) -> None:
    office.answered()
    read(office)
    today = utcnow().astimezone(office.parts.rules.calendar.zone).date()
    asked = GetFigureDays.model_validate({"from": today - timedelta(days=9), "to": today})
    (day,) = figures.get_figure_days(office.parts, asked, office.leader).days
    assert (day.day, day.figures.cases) == (today, 1)
    before = GetFigureDays.model_validate({"from": today - timedelta(days=9), "to": today - timedelta(days=1)})
    assert figures.get_figure_days(office.parts, before, office.leader).days == []


def test_days_of_a_town_a_category_and_a_department(office: Any) -> None:
    office.rate(office.answered(), satisfied=4)
    for _ in range(5):
        office.submit(town="110114001")
    read(office)
    today = utcnow().astimezone(office.parts.rules.calendar.zone).date()

    def asked(by: str, value: str, caller: Caller) -> Any:
        request = GetFigureDays.model_validate({"from": today, "to": today, "by": by, "value": value})
        return figures.get_figure_days(office.parts, request, caller)

    for by, value, name in (
        ("town", "110114112", "崔村镇"), ("category", "kindergarten", "幼儿园"), ("department", "jw", "区教委"),
    ):  # fmt: skip
        found = asked(by, value, office.leader)
        (day,) = found.days
        assert (found.by, found.code, day.day) == (by, value, today)
        assert name in found.name
        assert rate(day.figures.rates, "satisfied") == (1, 1, 100.0)
        assert day.figures.steps[0].count == day.figures.cases - (5 if by == "category" else 0)
    (day,) = asked("town", "110114001", office.visitor).days
    assert (day.figures.cases, day.figures.few, day.figures.rates, day.figures.public) == (5, True, [], None)
    assert asked("town", "110114005", office.leader).days == []


@pytest.mark.parametrize("asked", [{"by": "town"}, {"by": "district", "value": "jw"}, {"by": "month", "value": "jw"}])
def test_days_are_of_the_district_or_of_one_that_is_named(asked: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        GetFigureDays.model_validate({"from": "2026-11-01", "to": "2026-11-02", **asked})


def test_groups_counted_by_the_version_before_have_their_days_after_the_migration(office: Any) -> None:
    office.answered()
    read(office)
    before = list(office.db.figure_days.find())
    assert len(before) == 3
    office.db.figure_days.drop()
    migration = next(one for one in schema.SCHEMA.migrations if "have their days" in one.name)
    for _ in range(2):
        migration.run(office.db)
    read(office)
    assert [row["days"] for row in office.db.figure_days.find()] == [row["days"] for row in before]


@pytest.mark.parametrize(("first", "last"), [("2026-11-02", "2026-11-01"), ("2026-01-01", "2026-12-31")])
def test_days_are_asked_for_by_the_quarter_at_most(first: str, last: str) -> None:
    with pytest.raises(ValidationError):
        GetFigureDays.model_validate({"from": first, "to": last})


def test_of_a_group_of_few_nothing_is_told_that_is_a_persons_but_to_staff(office: Any) -> None:
    office.rate(office.answered(visibility="private"), solved=False, satisfied=1)
    for _ in range(5):
        office.rate(office.answered())
    for _ in range(6):
        office.submit(town="110114001")
    for by in ("department", "town", "district"):
        assert not any(group.figures.few for group in read(office, by, office.visitor).groups)
    lone = office.submit(town="110114005")
    office.refuse(lone)
    hidden, whole, *_ = sorted(read(office, "town", office.visitor).groups, key=lambda group: group.figures.cases)
    assert (hidden.code, hidden.figures.cases, hidden.figures.few) == ("110114005", 1, True)
    assert hidden.figures.model_dump(include={"rates", "public_rates", "steps", "endings"}) == {
        "rates": [], "public_rates": [], "steps": [], "endings": [],
    }  # fmt: skip
    assert (hidden.figures.first_answer.count, hidden.figures.first_answer.median_seconds) == (0, None)
    assert whole.figures.few, "else the district less the other towns would tell it"
    assert sum(not group.figures.few for group in read(office, "town", office.visitor).groups) == 1
    (seen,) = [group for group in read(office, "town", office.handler).groups if group.code == "110114005"]
    assert (seen.figures.few, rate(seen.figures.rates, "response")) == (False, (1, 1, 100.0))


def test_days_of_few_are_hidden_by_whole_months(office: Any) -> None:
    for _ in range(4):
        office.submit()
    read(office)
    today = utcnow().astimezone(office.parts.rules.calendar.zone).date()
    asked = GetFigureDays.model_validate({"from": today, "to": today})
    (day,) = figures.get_figure_days(office.parts, asked, office.visitor).days
    assert (day.figures.cases, day.figures.few, day.figures.rates) == (4, True, [])
    office.submit()
    read(office)
    (day,) = figures.get_figure_days(office.parts, asked, office.visitor).days
    assert (day.figures.cases, day.figures.few) == (5, False)


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
    assert all(one.text for one in [*found.versions[0].rates, *found.versions[0].figures])
    assert {"overdue", "returned", "yellow_cards", "p90"} <= {one.code for one in found.versions[0].figures}
    assert not found.versions[0].verified


def test_over_the_wire(rpc: Rpc) -> None:
    visitor = Caller("service", "gateway")
    asked = {"by": "town", "month": MONTH}
    assert rpc.call_with({"auth_token": rpc.token(visitor)}, "get_figures", asked)["by"] == "town"
    assert rpc.code(visitor, "get_figures", month="2026-13") == "invalid"
    assert rpc.call(visitor, "get_figure_definitions")["versions"][0]["version"] == 1
    assert rpc.call(visitor, "get_figure_days", **{"from": "2026-11-01", "to": "2026-11-30"})["days"] is not None
