"""The history that a district brings: read line by line, closed, counted and sealed as what it is."""

import csv
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kit.clock import utcnow
from kit.testing import Stack, wait_until
from petition import importing as command_of_import
from petition import proving, reading, recount, rolling, sealing, supervising
from petition.contract.shapes import OneCase
from petition.domain import history, importing
from petition.importing import Line, import_lines, read_lines, told_of

ROW = {
    "ref": "2023-000017", "category": "broken_lamps", "town": "110114112", "place": "北门", "title": "路灯不亮",
    "text": "北门路灯不亮，联系13812345678。", "visibility": "public", "filed_at": "2023-03-01T09:00:00",
    "accepted_at": "2023-03-01T09:30:00", "dispatched_at": "2023-03-01T10:00:00", "replied_at": "2023-03-02T10:00:00",
    "closed_at": "2023-03-05T10:00:00", "ending": "answered_rated", "department": "cgw", "reply": "已修复全部路灯。",
    "solved": "是", "satisfied": "4",
}  # fmt: skip
REFUSED = {
    **{name: ROW[name] for name in ("category", "town", "title", "text", "filed_at", "closed_at")},
    "ref": "2023-000018", "ending": "refused", "reason": "commerce",
}  # fmt: skip


def bring(office: Any, *rows: dict[str, Any]) -> list[Any]:
    return import_lines(office.parts, [Line(n, row) for n, row in enumerate(rows, 2)], "旧系统", utcnow())


def number_of(office: Any, row: dict[str, Any]) -> str:
    return importing.number_of(told_of(row, "旧系统", office.parts.rules), office.parts.rules)


def without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ROW.items() if name not in names}


def test_a_closed_case_is_read_as_others_are_with_its_own_times(office: Any) -> None:
    (one,) = bring(office, ROW)
    assert (one["outcome"], one["line"], one["ref"]) == ("imported", 2, ROW["ref"])
    shown = reading.get_case(office.parts, OneCase(no=one["no"]), office.visitor)
    assert shown.no.startswith("CP20230301-")
    assert shown.text == "北门路灯不亮，联系〔已隐去〕。"
    assert shown.reply is not None
    assert (shown.reply.facts, shown.ending, shown.ratings[0].satisfied) == (ROW["reply"], "answered_rated", 4)
    told = reading.get_history(office.parts, OneCase(no=one["no"]), office.visitor)
    assert [entry.kind for entry in told.entries] == ["submit", "accept", "dispatch", "publish", "rate", "import"]
    assert "13812345678" not in told.model_dump_json() + shown.model_dump_json()
    case = office.case(one["no"])
    assert (case.author, history.verify(case.no, case.history)) == (None, None)


def test_the_same_file_again_changes_nothing_and_what_differs_is_told(office: Any) -> None:
    first = bring(office, ROW, REFUSED)
    before = list(office.db.cases.find().sort("_id"))
    again = bring(office, ROW, REFUSED, ROW, {**ROW, "title": "另一个标题"})
    assert [one["outcome"] for one in again] == ["there", "there", "there", "differs"]
    assert [one["no"] for one in again[:2]] == [one["no"] for one in first]
    assert list(office.db.cases.find().sort("_id")) == before
    twice = {**ROW, "ref": "2023-000019"}
    assert [one["outcome"] for one in bring(office, twice, twice)] == ["imported", "there"]


def test_a_record_whose_days_were_corrected_is_told_and_not_imported_again(office: Any) -> None:
    row = {**ROW, "ref": "2023-000031"}
    earlier = {**row, "filed_at": "2023-02-28T08:00:00+08:00"}
    (first,) = bring(office, row)
    assert number_of(office, earlier) != first["no"]
    (later,) = bring(office, earlier)
    assert (later["outcome"], later["no"]) == ("differs", first["no"])
    both = [{**one, "ref": "2023-000032"} for one in (row, earlier)]
    assert [one["outcome"] for one in bring(office, *both)] == ["imported", "differs"]


def test_of_two_imports_of_a_record_at_once_one_wins(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {**ROW, "ref": "2023-000033"}
    usual, others = command_of_import._insert, []

    def late(parts: Any, documents: list[Any]) -> list[str]:
        if not others:
            others.append(None)
            others[:] = bring(office, {**row, "filed_at": "2023-02-28T08:00:00+08:00"})
        return usual(parts, documents)

    monkeypatch.setattr(command_of_import, "_insert", late)
    (told,) = bring(office, row)
    assert [(one["outcome"], one["no"]) for one in (*others, told)] == [
        ("imported", others[0]["no"]),
        ("differs", others[0]["no"]),
    ]


def test_records_that_would_have_one_number_have_two_and_keep_them(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = importing.number_of
    monkeypatch.setattr(importing, "number_of", lambda told, rules, nth=0: usual(told._replace(ref="one"), rules, nth))
    rows = [{**ROW, "ref": f"2023-00002{number}"} for number in range(3)]
    first = bring(office, *rows[:2])
    later = bring(office, rows[2], *rows)
    assert [one["outcome"] for one in first + later] == ["imported"] * 3 + ["there"] * 3
    numbers = [one["no"] for one in first + later]
    assert len(set(numbers)) == 3
    assert numbers[3:] == [numbers[0], numbers[1], numbers[2]]
    assert [history.verify(no, office.case(no).history) for no in set(numbers)] == [None] * 3


def test_figures_days_and_timers_take_it_for_what_it_is(office: Any) -> None:
    bare = {**without("accepted_at", "dispatched_at"), "ref": "2023-000020", "replied_at": "2023-03-04T10:00:00"}
    known, unknown, refused = (one["no"] for one in bring(office, ROW, bare, REFUSED))
    now = utcnow()
    assert supervising.escalate(office.parts, now + timedelta(days=60)) == 0, "no card falls on what is over"
    recount.drain(office.parts)
    found = recount.Recount(office.parts).run()
    assert (found.cases, found.differences) == (3, [])
    rows = office.parts.figures.rows([known, unknown, refused])
    facts = {no: row.facts for no, row in rows.items()}
    assert (facts[known].month, facts[known].collect, facts[known].handle) == ("2023-03", 1800, 86400)
    assert (facts[known].response, facts[known].solved, facts[known].on_time) == (True, True, True)
    assert (facts[unknown].collect, facts[unknown].response, facts[unknown].first_answer) == (None, False, 262800)
    assert facts[refused].ending == "refused"
    assert rolling.roll(office.parts, now) == 0
    assert sealing.seal_days(office.parts, now + timedelta(days=2)) >= 1
    proof = proving.get_proof(office.parts, OneCase(no=known), office.visitor)
    assert proof is not None
    assert office.parts.day_roots.latest().record.day >= (now - timedelta(days=1)).date()


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (without("title"), "title"),
        ({**ROW, "town": "999"}, "town"),
        ({**ROW, "category": "nothing"}, "category"),
        ({**ROW, "filed_at": "昨天"}, "filed_at"),
        ({**ROW, "replied_at": "2023-02-01T10:00:00"}, "replied_at"),
        ({**ROW, "closed_at": "2999-01-01T10:00:00"}, "closed_at"),
        ({**ROW, "ending": "merged"}, "ending"),
        ({**ROW, "department": "nobody"}, "department"),
        (without("reply"), "reply"),
        (without("replied_at"), "replied_at"),
        (without("solved"), "satisfied"),
        ({**ROW, "satisfied": "9"}, "satisfied"),
        ({**REFUSED, "reason": "because"}, "reason"),
        ({**ROW, "phone": "1"}, "phone"),
    ],
)
def test_a_line_that_does_not_fit_is_told_by_field_and_the_others_go_on(
    office: Any, row: dict[str, Any], field: str
) -> None:
    wrong, right = bring(office, row, {**REFUSED, "ref": "x"})
    assert (wrong["outcome"], [one["field"] for one in wrong["errors"]]) == ("refused", [field])
    assert wrong["errors"][0]["reason"]
    assert right["outcome"] == "imported"


def test_files_are_read_by_line_in_either_form(tmp_path: Path) -> None:
    table, lines = tmp_path / "a.csv", tmp_path / "a.jsonl"
    with table.open("w", encoding="gb18030", newline="") as out:
        writer = csv.writer(out)
        writer.writerows([list(ROW), list(ROW.values()), ["a\nb"], [*ROW.values(), "more"]])
    read = list(read_lines(table, "gb18030"))
    assert (read[0].number, read[0].values) == (2, ROW)
    assert [line.number for line in read] == [2, 4, 5]
    assert read[2].error
    lines.write_text(f"{json.dumps(ROW)}\n\n[]\n{{\n", encoding="utf-8")
    found = list(read_lines(lines, "utf-8-sig"))
    assert [(line.number, bool(line.error)) for line in found] == [(1, False), (3, True), (4, True)]
    other = tmp_path / "a.txt"
    other.write_text("")
    with pytest.raises(ValueError, match="csv"):
        list(read_lines(other, "utf-8"))


@pytest.mark.large
@pytest.mark.timeout(1200)
def test_a_hundred_thousand_lines_in_one_go_although_the_first_was_killed(
    office: Any, stack: Stack, tmp_path: Path
) -> None:
    lines = 100_000
    file = tmp_path / "years.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, ROW)
        table.writeheader()
        table.writerows({**ROW, "ref": f"2023-{number:06}"} for number in range(lines))
    killed = command(office, stack, file)
    wait_until(lambda: office.db.cases.estimated_document_count() > lines // 10, 120)
    killed.kill()
    killed.communicate()
    before = office.db.cases.count_documents({})
    assert before < lines, "it was killed in the middle"

    told, _ = command(office, stack, file).communicate()
    progress = [line for line in told.splitlines() if " lines, " in line]
    assert len(progress) > 1
    assert progress[-1].split()[0] == f"{lines:,}"
    with file.with_name("years.csv.report.jsonl").open(encoding="utf-8") as report:
        outcomes = Counter(json.loads(line)["outcome"] for line in report)
    assert outcomes == {"imported": lines - outcomes["there"], "there": outcomes["there"]}
    assert outcomes["there"] >= before
    assert office.db.cases.count_documents({}) == lines


def command(office: Any, stack: Stack, file: Path) -> "subprocess.Popen[str]":
    """`./dev import-cases`, at the office's own database."""
    mongo = urlsplit(stack["mongo_url"])
    told = {
        "AMQP_URL": stack["amqp_url"],
        "MONGO_URL": mongo._replace(path=office.db.name, query=f"{mongo.query}&authSource=admin").geturl(),
        "SECRETS_DIR": str(stack.path.parent / "secrets" / "petition"),
        "DISTRICT_DIR": "district",
    }
    line = [sys.executable, "-m", "petition.importing", str(file)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, text=True, env={**os.environ, **told})
