"""A queue as a table: its columns, each case once, and nothing that a spreadsheet would run."""

import csv
import io
from typing import Any

from gateway.desk_export import COLUMNS, once, table_row
from gateway.open_data import as_csv


def row(no: str = "CP20261118-7K3F9Q", **fields: Any) -> dict[str, Any]:
    return {
        "no": no, "title": "路灯不亮", "category": {"code": "a", "name": "道路照明"},
        "town": {"code": "b", "name": "城北街道"}, "department": None, "state_name": "已受理", "urgency_name": None,
        "visibility": "anonymous", "filed_at": "2026-11-18T10:00:00+08:00", "due_clock": "转交部门",
        "due": "2026-11-19T10:00:00+08:00", "overdue": True, "alarm_name": None, "cards_open": 1,
        "reports": [{"threshold": {"code": "co_signs", "name": "多人附议"}}], "instruction_due": None, "co_signs": 24,
        "round": 1, "replied_at": None, **fields,
    }  # fmt: skip


def read(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    data = b"".join(as_csv(map(table_row, once(rows)), COLUMNS))
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_a_case_is_a_line_in_the_words_of_the_desk() -> None:
    (found,) = read([row()])
    assert found["到期时间"] == "2026-11-19 10:00"
    assert (found["是否超期"], found["公开方式"], found["上报原因"], found["附议人数"]) == (
        "是",
        "匿名公开",
        "多人附议",
        "24",
    )
    assert (found["主办部门"], found["办理类别"], found["答复时间"]) == ("", "", "")


def test_an_empty_queue_names_its_columns() -> None:
    data = b"".join(as_csv(map(table_row, once([])), COLUMNS)).decode("utf-8-sig")
    assert data.strip().split(",") == list(COLUMNS)


def test_a_case_that_comes_again_is_there_once_and_no_title_is_a_formula() -> None:
    found = read([row(), row("CP2", title="=1+1"), row()])
    assert [one["编号"] for one in found] == ["CP20261118-7K3F9Q", "CP2"]
    assert found[1]["标题"] == "'=1+1"
