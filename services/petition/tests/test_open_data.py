"""Open data: everything that the rates need, nothing by which somebody could be singled out."""

from typing import Any

from kit.clock import utcnow
from petition import open_data, rolling
from petition.contract.open_data import ListOpenCases, OpenCase
from petition.domain.district import RATES

POINT = {"lon": 116.334567, "lat": 40.223456}


def opened(office: Any, limit: int = 200) -> list[OpenCase]:
    rolling.roll(office.parts, utcnow(), 60)
    month = utcnow().astimezone(office.parts.rules.calendar.zone).strftime("%Y-%m")
    found: list[OpenCase] = []
    cursor = None
    while True:
        page = open_data.list_open_cases(office.parts, ListOpenCases(month=month, limit=limit, cursor=cursor))
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def test_a_public_case_is_a_row_of_facts(office: Any) -> None:
    numbers = [office.answered(point=POINT) for _ in range(5)]
    office.rate(numbers[0], satisfied=4)
    rows = {row.no: row for row in opened(office)}
    assert set(rows) == set(numbers)
    rated = rows[numbers[0]]
    assert (rated.title, rated.category, rated.category_group) == (
        "崔村镇幼儿园什么时候开始施工改造", "kindergarten", "education",
    )  # fmt: skip
    assert (rated.lon, rated.lat) == (116.335, 40.223), "rounded"
    assert (rated.solved, rated.marks, rated.ending, rated.department_name) == (True, 4, "answered_rated", "区教委")
    assert not rated.coarse


def test_private_and_unreviewed_cases_are_not_in_it_and_anonymous_ones_have_no_point(office: Any) -> None:
    public = [office.answered(point=POINT) for _ in range(5)]
    office.answered(visibility="private")
    office.submit()
    anonymous = office.answered(visibility="anonymous", point=POINT)
    rows = {row.no: row for row in opened(office)}
    assert set(rows) == {*public, anonymous}
    assert (rows[anonymous].lon, rows[anonymous].lat) == (None, None)


def test_nobody_is_in_it(office: Any) -> None:
    for _ in range(5):
        office.answered(text="请致电13812345678联系本人，门口路灯已坏多日。")
    for row in opened(office):
        told = row.model_dump_json()
        assert office.author.id not in told
        assert office.handler.id not in told
        assert "13812345678" not in told
        assert "路灯" not in told, "no text but the title"


def test_what_shares_month_town_and_category_with_too_few_cannot_be_looked_up(office: Any) -> None:
    frequent = [office.answered() for _ in range(5)]
    for category in ("tutoring", "tutoring", "tutoring", "tutoring", "canteen"):
        office.answered(category=category, point=POINT)
    rows = opened(office)
    coarse = [row for row in rows if row.coarse]
    assert {row.no for row in rows if not row.coarse} == set(frequent)
    assert len(coarse) == 5
    for row in coarse:
        assert (row.no, row.title, row.day, row.category, row.lon, row.lat) == (None,) * 6
        assert (row.category_group, row.town, row.department) == ("education", "110114112", "jw")


def test_a_lone_row_tells_neither_town_nor_group_nor_department_of_its_own(office: Any) -> None:
    for _ in range(5):
        office.answered()
    lone = office.submit(category="heat_leak", town="110114001")
    office.accept(lone)
    rows = opened(office)
    assert len(rows) == 6, "no row is lost"
    assert {(row.town, row.town_name, row.category_group, row.department, row.department_name) for row in rows} == {
        ("",) * 5
    }  # fmt: skip
    assert all(row.coarse and row.no is None for row in rows), "those that it hides among are coarse with it"


def test_a_month_of_four_has_no_rows_and_one_of_five_has_all(office: Any) -> None:
    for _ in range(4):
        office.answered()
    assert opened(office) == []
    office.answered()
    assert len(opened(office)) == 5


def test_pages_hold_each_row_once_in_an_order_that_tells_nothing(office: Any) -> None:
    numbers = [office.answered() for _ in range(12)]
    rows = [row.no for row in opened(office, limit=5)]
    assert sorted(map(str, rows)) == sorted(numbers)
    assert rows != numbers or rows != sorted(numbers)


def test_every_rate_has_its_column(office: Any) -> None:
    assert {*RATES, "marks"} - {"satisfied"} <= set(OpenCase.model_fields)
