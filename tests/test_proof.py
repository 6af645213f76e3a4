"""A resident checks a case with `proof/verify_case.py`, and finds whatever was rewritten."""

import ast
import copy
import json
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from kit.testing import Stack, wait_until
from people import Person, Refused
from story import Desk, Story

SCRIPT = Path("proof/verify_case.py")
HASHING = runpy.run_path(str(SCRIPT))


@dataclass
class Papers:
    """What a resident has saved."""

    proof: dict[str, Any]
    days: list[dict[str, Any]]
    other: dict[str, Any]

    def copied(self) -> "Papers":
        return copy.deepcopy(self)


def run(*arguments: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def verify(folder: Path, papers: Papers, *options: str) -> tuple[int, str]:
    files = [folder / "proof.json", folder / "days.json"]
    for file, content in zip(files, (papers.proof, {"items": papers.days, "next_cursor": None}), strict=True):
        file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return run(*map(str, files), *options)


def demo_cases(mongo: MongoClient[dict[str, Any]]) -> list[dict[str, Any]]:
    """The public demo cases that are sealed, those under the most days first."""
    wanted = {
        "author": {"$regex": "^r_demo"},
        "by_listed": True,
        "seals": {"$exists": True},
        "by_unsealed": {"$exists": False},
    }
    found = mongo["petition"]["cases"].find(wanted)
    return sorted(found, key=lambda case: (len(case["seals"]), len(case["history"])), reverse=True)


@pytest.fixture(scope="module")
def visitor(stack: Stack) -> Person:
    return Person(stack)


@pytest.fixture(scope="module")
def saved(visitor: Person, mongo_client: MongoClient[dict[str, Any]]) -> Papers:
    """Of a demo case that is under several days' roots, of all days, and of another case."""
    first, second = wait_until(lambda: len(found := demo_cases(mongo_client)) > 3 and found[:2], 90)
    days, page = [], visitor.get("/proofs/days", limit=7)
    while page["items"]:
        days += page["items"]
        page = (
            visitor.get("/proofs/days", limit=7, cursor=page["next_cursor"]) if page["next_cursor"] else {"items": ()}
        )
    proof, other = (visitor.get(f"/cases/{case['_id']}/proof") for case in (first, second))
    assert len(proof["entries"]) >= 5
    assert proof["unsealed"] == []
    return Papers(proof, days, other)


def test_a_case_is_as_it_was(tmp_path: Path, saved: Papers) -> None:
    code, report = verify(tmp_path, saved, "--no", saved.proof["no"].lower())
    assert code == 0, report
    assert f"{len(saved.proof['entries'])} 条记录" in report
    assert f"列入 {len(saved.proof['seals'])} 天的存证" in report
    assert "从最初一天" in report
    assert report.rstrip().endswith("核对通过。")
    closed = sum(f["salt"] is None for entry in saved.proof["entries"] for f in entry["fields"].values())
    assert f"{closed} 个字段不公开" in report


def test_it_fetches_what_it_checks_and_saves_it(stack: Stack, tmp_path: Path, saved: Papers) -> None:
    no = saved.proof["no"]
    code, report = run(stack["base_url"], "--no", no, "--save", str(tmp_path))
    assert code == 0, report
    code, again = run(str(tmp_path / "proof.json"), str(tmp_path / "days.json"), "--no", no)
    assert (code, again) == (0, report)
    code, report = run(stack["base_url"], "--no", "CP20200101-000000")
    assert (code, "没有找到" in report) == (1, True)


def first_open(papers: Papers) -> tuple[int, str]:
    """The position of the first entry with an open field of words, and the field's name."""
    for position, entry in enumerate(papers.proof["entries"]):
        for name, field in entry["fields"].items():
            if isinstance(field["value"], str):
                return position, name
    raise AssertionError("nothing is public")


def change_value(papers: Papers) -> str:
    position, name = first_open(papers)
    papers.proof["entries"][position]["fields"][name]["value"] += "。"
    return f"第 {position + 1} 条记录：字段 {name} 的内容被改动"


def change_value_and_commitment(papers: Papers) -> str:
    position, name = first_open(papers)
    field = papers.proof["entries"][position]["fields"][name]
    field["value"] += "。"
    field["commitment"] = HASHING["commitment"](field["salt"], field["value"])
    return f"第 {position + 1} 条记录：时间、类别或内容承诺被改动"


def show_a_value_without_salt(papers: Papers) -> str:
    entry = papers.proof["entries"][0]
    name = next(name for name, field in entry["fields"].items() if field["salt"] is None)
    entry["fields"][name]["value"] = "r_1"
    return f"第 1 条记录：字段 {name} 有内容却没有盐值"


def hide_a_field(papers: Papers) -> str:
    papers.proof["entries"][1]["fields"].popitem()
    return "第 2 条记录：时间、类别或内容承诺被改动"


def change_time(papers: Papers) -> str:
    entry = papers.proof["entries"][2]
    entry["at"] = (datetime.fromisoformat(entry["at"]) + timedelta(milliseconds=1)).isoformat(timespec="milliseconds")
    return "第 3 条记录：时间、类别或内容承诺被改动"


def change_kind(papers: Papers) -> str:
    papers.proof["entries"][1]["kind"] = "refuse"
    return "第 2 条记录：时间、类别或内容承诺被改动"


def drop_in_the_middle(papers: Papers) -> str:
    del papers.proof["entries"][2]
    return "第 3 条记录：编号是 4"


def drop_in_the_middle_and_count_anew(papers: Papers) -> str:
    del papers.proof["entries"][2]
    for position, entry in enumerate(papers.proof["entries"], start=1):
        entry["seq"] = position
    return "第 3 条记录：没有接在第 2 条记录之后"


def drop_the_last(papers: Papers) -> str:
    papers.proof["entries"].pop()
    return f"{papers.proof['seals'][-1]['day']} 的存证：包含第 {papers.proof['seals'][-1]['seq']} 条记录"


def tell_no_day_at_all(papers: Papers) -> str:
    papers.proof["seals"].clear()
    return "第 1 条记录：早已应当列入"


def swap(papers: Papers) -> str:
    entries = papers.proof["entries"]
    entries[1], entries[2] = entries[2], entries[1]
    return "第 2 条记录：编号是 3"


def take_an_entry_of_another_case(papers: Papers) -> str:
    papers.proof["entries"][1] = papers.other["entries"][1]
    return "第 2 条记录：没有接在第 1 条记录之后"


def begin_like_another_case(papers: Papers) -> str:
    papers.proof["entries"] = papers.other["entries"]
    return "第 1 条记录：没有接在这件诉求的编号之后"


def write_all_anew(papers: Papers) -> str:
    """What a keeper of the database could do: another value, and all hashes from there on made to fit."""
    change_value(papers)
    previous = HASHING["sha256"](papers.proof["no"].encode()).hexdigest()
    for entry in papers.proof["entries"]:
        for field in entry["fields"].values():
            if field["salt"] is not None:
                field["commitment"] = HASHING["commitment"](field["salt"], field["value"])
        entry["previous"] = previous
        entry["hash"] = previous = HASHING["entry_hash"](previous, entry)
    return f"{papers.proof['seals'][0]['day']} 的存证：第 {papers.proof['seals'][0]['seq']} 条记录沿路径算不出当天的根"


def day_of(papers: Papers, name: str) -> dict[str, Any]:
    return next(day for day in papers.days if day["day"] == name)


def change_the_root(papers: Papers) -> str:
    seal = papers.proof["seals"][0]
    seal["root"] = day_of(papers, seal["day"])["root"] = "ab" * 32
    return f"{seal['day']} 的存证：根、数量或时间被改动"


def change_the_root_and_its_hash(papers: Papers) -> str:
    seal = papers.proof["seals"][0]
    day = day_of(papers, seal["day"])
    seal["root"] = day["root"] = "ab" * 32
    day["hash"] = HASHING["day_hash"](day)
    following = datetime.fromisoformat(seal["day"]) + timedelta(days=1)
    return f"{following:%Y-%m-%d} 的存证：没有接在 {seal['day']} 之后"


def tell_another_root_than_the_days(papers: Papers) -> str:
    papers.proof["seals"][0]["root"] = "ab" * 32
    return f"{papers.proof['seals'][0]['day']} 的存证：诉求所附的根或数量"


def drop_a_day(papers: Papers) -> str:
    del papers.days[3]
    return f"{papers.days[2]['day']} 的存证：前一天的存证缺失"


def drop_the_days_until_then(papers: Papers) -> str:
    seal = papers.proof["seals"][0]
    papers.days = [day for day in papers.days if day["day"] > seal["day"]]
    return f"{seal['day']} 的存证：给出的日期里没有这一天"


def double_a_day(papers: Papers) -> str:
    papers.days.append(papers.days[3])
    return f"{papers.days[3]['day']} 的存证：前一天的存证缺失或重复"


def change_the_path(papers: Papers) -> str:
    seal = next(seal for seal in papers.proof["seals"] if seal["path"])
    seal["path"][0] = "ab" * 32
    return f"{seal['day']} 的存证：第 {seal['seq']} 条记录沿路径算不出"


def shorten_the_path(papers: Papers) -> str:
    seal = next(seal for seal in papers.proof["seals"] if seal["path"])
    seal["path"].pop()
    return f"{seal['day']} 的存证：第 {seal['seq']} 条记录沿路径算不出"


def change_the_index(papers: Papers) -> str:
    seal = next(seal for seal in papers.proof["seals"] if seal["size"] > 1)
    seal["index"] = (seal["index"] + 1) % seal["size"]
    return f"{seal['day']} 的存证：第 {seal['seq']} 条记录沿路径算不出"


def change_the_size(papers: Papers) -> str:
    papers.proof["seals"][0]["size"] += 1
    return f"{papers.proof['seals'][0]['day']} 的存证：诉求所附的根或数量"


def speak_of_an_earlier_entry_alone(papers: Papers) -> str:
    """The last day proves less than it did: the entries that it leaves out should have been covered long ago."""
    papers.proof["seals"].pop()
    return "早已应当列入"


CHANGES: list[Callable[[Papers], str]] = [
    change_value, change_value_and_commitment, show_a_value_without_salt, hide_a_field, change_time, change_kind,
    drop_in_the_middle, drop_in_the_middle_and_count_anew, drop_the_last, tell_no_day_at_all, swap,
    take_an_entry_of_another_case, begin_like_another_case, write_all_anew, change_the_root,
    change_the_root_and_its_hash, tell_another_root_than_the_days, drop_a_day, drop_the_days_until_then, double_a_day,
    change_the_path, shorten_the_path, change_the_index, change_the_size, speak_of_an_earlier_entry_alone,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_each_change_is_found_with_its_place(tmp_path: Path, saved: Papers, change: Callable[[Papers], str]) -> None:
    papers = saved.copied()
    expected = change(papers)
    code, report = verify(tmp_path, papers)
    assert (code, report.startswith("核对未通过：")) == (1, True), report
    assert expected in report
    assert len(report.splitlines()) == 1


def test_another_case_is_not_taken_for_the_one_asked_for(tmp_path: Path, saved: Papers) -> None:
    papers = saved.copied()
    papers.proof = papers.other
    assert verify(tmp_path, papers)[0] == 0
    code, report = verify(tmp_path, papers, "--no", saved.proof["no"])
    assert (code, saved.proof["no"] in report) == (1, True)


def test_who_has_noted_one_day_finds_a_chain_that_was_made_anew(tmp_path: Path, saved: Papers) -> None:
    noted = saved.days[2]
    assert verify(tmp_path, saved, "--noted", f"{noted['day']}={noted['hash'].upper()}")[0] == 0
    papers, previous = saved.copied(), HASHING["BEFORE_THE_FIRST_DAY"]
    needed = {seal["day"] for seal in papers.proof["seals"]}
    forged = next(day for day in papers.days[3:] if day["size"] and day["day"] not in needed)
    forged["root"] = "ab" * 32
    for day in reversed(papers.days):
        day["previous"] = previous
        day["hash"] = previous = HASHING["day_hash"](day)
    assert verify(tmp_path, papers)[0] == 0, "in itself it is a chain like any other"
    code, report = verify(tmp_path, papers, "--noted", f"{noted['day']}={noted['hash']}")
    assert (code, f"{noted['day']} 的存证：校验值与您记下的不同" in report) == (1, True)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"no": 1}', '{"no": "a", "no": "b"}', "null", '{"entries": [{}]}'])
def test_what_is_no_proof_is_refused_in_words(tmp_path: Path, saved: Papers, text: str) -> None:
    verify(tmp_path, saved)
    (tmp_path / "proof.json").write_text(text)
    code, report = run(str(tmp_path / "proof.json"), str(tmp_path / "days.json"))
    assert (code, report.startswith("核对未通过：")) == (1, True)


@pytest.mark.parametrize("by", ["author", "office"])
def test_after_words_are_taken_out_all_still_fits(
    stack: Stack, visitor: Person, mongo_client: MongoClient[dict[str, Any]], tmp_path: Path, saved: Papers, by: str
) -> None:
    case = next(found for found in demo_cases(mongo_client)[2:] if found["shown"] and len(found["shown"]["text"]) > 12)
    no, passage = case["_id"], case["shown"]["text"][4:10]
    before = visitor.get(f"/cases/{no}/proof")
    _take_out(stack, no, passage, case["author"] if by == "author" else None)
    after = wait_until(lambda: passage not in str(p := visitor.get(f"/cases/{no}/proof")) and p["unsealed"] and p)
    entries, known = after["entries"], len(before["entries"])
    assert passage not in json.dumps(entries, ensure_ascii=False)
    assert [entry["hash"] for entry in entries[:known]] == [entry["hash"] for entry in before["entries"]]
    assert [seal["path"] for seal in after["seals"]] == [seal["path"] for seal in before["seals"]]
    code, report = verify(tmp_path, Papers(after, saved.days, saved.other))
    assert code == 0, report
    unsealed = "、".join(str(entry["seq"]) for entry in entries[known:])
    assert f"尚未存证：第 {unsealed} 条记录，预计" in report


def _take_out(stack: Stack, no: str, passage: str, author: str | None) -> None:
    clerk = Desk.open(stack).clerk
    if author is None:
        why = {"reason": "accused", "text": "涉及他人，尚未核实。"}
        clerk.do(f"/desk/cases/{no}/hide", {"passages": [passage], **why})
        return
    wish = {"passages": [passage], "reason": "写出了他人的姓名"}
    Person(stack, token=stack.token("resident", author)).do(f"/cases/{no}/redaction", wish)
    clerk.do(f"/desk/cases/{no}/redact", {"granted": True, "answer": "已隐去"})


def test_a_private_case_is_proved_to_its_author_alone(stack: Stack, visitor: Person, tmp_path: Path) -> None:
    story = Story.begin(stack, Desk.open(stack))
    story.visibility = "private"
    story.submit(with_picture=False)
    with pytest.raises(Refused) as refusal:
        visitor.get(f"/cases/{story.no}/proof")
    assert refusal.value.status == 404
    proof = story.resident.get(f"/cases/{story.no}/proof")
    assert proof["entries"][0]["fields"]["text"]["value"] == story.text
    assert [(row["seq"], row["seals_at"][11:16]) for row in proof["unsealed"]] == [(1, "00:10")]
    code, report = verify(tmp_path, Papers(proof, [], {}))
    assert code == 0, report
    assert "每日存证：还没有" in report


def test_a_day_that_is_not_sealed_is_told_so(visitor: Person, saved: Papers) -> None:
    newest = saved.days[0]
    assert visitor.get(f"/proofs/days/{newest['day']}") == newest
    with pytest.raises(Refused) as refusal:
        visitor.get("/proofs/days/2999-01-01")
    assert (refusal.value.status, "尚未生成" in refusal.value.problem["detail"]) == (404, True)


def test_anybody_can_run_it() -> None:
    """It needs nothing of ours and no newer Python than 3.9."""
    ast.parse(SCRIPT.read_text("utf-8"), feature_version=(3, 9))
    imported = {
        line.split()[1].split(".")[0]
        for line in SCRIPT.read_text("utf-8").splitlines()
        if line.startswith(("import ", "from "))
    }
    assert imported <= sys.stdlib_module_names
