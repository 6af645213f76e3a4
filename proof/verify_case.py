#!/usr/bin/env python3
"""Checks that the history of a case was not rewritten. Needs Python 3.9 or later and nothing else.

    python3 verify_case.py proof.json days.json [--no CP20261123-7K3F9Q] [--noted 2026-11-23=HASH]
    python3 verify_case.py https://ADDRESS --no CP20261123-7K3F9Q [--save FOLDER] [--noted 2026-11-23=HASH]

proof.json is what /api/v1/cases/{no}/proof answers, days.json what /api/v1/proofs/days answers (all pages: a list of
them will do; --save writes both files). Everything is computed anew from these two; README.md beside this file says
how. The exit code is 0 when all fits, 1 at the first thing that does not, which is printed with its place.

The report is in Chinese: it is for the residents.
"""

from __future__ import annotations

import argparse
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

BEFORE_THE_FIRST_DAY = "0" * 64
ROOT_OF_NOTHING = sha256().hexdigest()
BEIJING = timezone(timedelta(hours=8))
SECONDS = 20  # to wait for an answer


class DoesNotFit(Exception):
    """The first thing that does not fit, in words, with its place."""


# --- What is hashed -------------------------------------------------------------------------------------------------


def canonical(value: Any) -> bytes:
    """JSON with sorted names, without blanks, nothing escaped that need not be, in UTF-8."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parsed_instant(text: str) -> datetime:
    """The time in an ISO 8601 text that names its offset."""
    at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if at.tzinfo is None:
        raise ValueError(f"no offset: {text}")
    return at


def instant(text: str) -> str:
    """A time as hashes take it: UTC, to the millisecond, with a Z."""
    utc = parsed_instant(text).astimezone(timezone.utc)
    return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def commitment(salt: str, value: Any) -> str:
    return sha256(salt.encode() + canonical(value)).hexdigest()


def entry_hash(previous: str, entry: Any) -> str:
    commitments = {name: field["commitment"] for name, field in entry["fields"].items()}
    covered = [previous, entry["seq"], instant(entry["at"]), entry["kind"], commitments]
    return sha256(canonical(covered)).hexdigest()


def day_hash(day: Any) -> str:
    lines = [day["previous"], day["day"], str(day["size"]), day["root"], instant(day["sealed_at"])]
    return sha256("\n".join(lines).encode()).hexdigest()


def root_by_path(leaf: str, index: int, size: int, path: list[str]) -> str | None:
    """The root to which the path leads from the leaf at this index of so many; None: it is not such a path."""
    node = sha256(b"\x00" + bytes.fromhex(leaf)).digest()
    last, rest = size - 1, [bytes.fromhex(text) for text in path]
    while last > 0:
        is_right = index % 2 == 1
        if is_right or index < last:  # the last one of an odd number has nobody beside it and rises as it is
            if not rest:
                return None
            sibling = rest.pop(0)
            pair = sibling + node if is_right else node + sibling
            node = sha256(b"\x01" + pair).digest()
        index, last = index // 2, last // 2
    return None if rest else node.hex()


# --- The history ----------------------------------------------------------------------------------------------------


def check_history(no: str, entries: list[Any]) -> tuple[int, int]:
    """Checks the chain from its genesis. Returns how many fields are open and how many are closed."""
    if not entries:
        raise DoesNotFit("历程里没有任何记录")
    previous, opened, closed = sha256(no.encode()).hexdigest(), 0, 0
    for position, entry in enumerate(entries, start=1):
        where = f"第 {position} 条记录"
        if entry["seq"] != position:
            raise DoesNotFit(f"{where}：编号是 {entry['seq']}，中间缺少记录或顺序被改动")
        if entry["previous"] != previous:
            before = f"第 {position - 1} 条记录" if position > 1 else "这件诉求的编号"
            raise DoesNotFit(f"{where}：没有接在{before}之后，有记录被删除、调换，或者来自别的诉求")
        for name, field in entry["fields"].items():
            is_open = check_field(where, name, field)
            opened, closed = opened + is_open, closed + (not is_open)
        if entry["hash"] != entry_hash(previous, entry):
            raise DoesNotFit(f"{where}：时间、类别或内容承诺被改动，与校验值不符")
        previous = entry["hash"]
    return opened, closed


def check_field(where: str, name: str, field: Any) -> bool:
    """Checks the value of a field against its commitment. Whether it has one: a closed field has a commitment only."""
    salt, value = field.get("salt"), field.get("value")
    if salt is None and value is None:
        return False
    if salt is None:
        raise DoesNotFit(f"{where}：字段 {name} 有内容却没有盐值，无法核对")
    if field["commitment"] != commitment(salt, value):
        raise DoesNotFit(f"{where}：字段 {name} 的内容被改动，与当时的承诺不符")
    return True


# --- The days -------------------------------------------------------------------------------------------------------


def check_days(days: list[Any], noted: dict[str, str]) -> dict[str, Any]:
    """Checks the chain of days, each against itself and the one before. Returns them by day, the oldest first."""
    ordered = sorted(days, key=lambda day: str(day["day"]))
    for before, day in zip([None, *ordered], ordered):
        check_day(before, day)
    found = {day["day"]: day for day in ordered}
    for name, value in noted.items():
        if name not in found:
            raise DoesNotFit(f"{name} 的存证：您记下过校验值，但给出的日期里没有这一天")
        if found[name]["hash"] != value.lower():
            raise DoesNotFit(f"{name} 的存证：校验值与您记下的不同，这一天或更早的存证被替换过")
    return found


def check_day(before: Any, day: Any) -> None:
    where = f"{day['day']} 的存证"
    if day["hash"] != day_hash(day):
        raise DoesNotFit(f"{where}：根、数量或时间被改动，与校验值不符")
    if (day["size"] == 0) != (day["root"] == ROOT_OF_NOTHING):
        raise DoesNotFit(f"{where}：数量与根不符")
    if before is None:
        return
    if date.fromisoformat(day["day"]) != date.fromisoformat(before["day"]) + timedelta(days=1):
        raise DoesNotFit(f"{where}：前一天的存证缺失或重复，前面是 {before['day']}")
    if day["previous"] != before["hash"]:
        raise DoesNotFit(f"{where}：没有接在 {before['day']} 之后，其中有存证被替换")


# --- The case under the days ----------------------------------------------------------------------------------------


def check_seals(entries: list[Any], seals: list[Any], days: dict[str, Any]) -> int:
    """Checks every path to its day's root. Returns the number of the last entry that a root covers."""
    covered, last_day = 0, ""
    for seal in seals:
        where = f"{seal['day']} 的存证"
        if seal["day"] <= last_day or seal["seq"] < covered:
            raise DoesNotFit(f"{where}：日期或记录编号没有依次增加")
        if seal["seq"] > len(entries):
            raise DoesNotFit(f"{where}：包含第 {seal['seq']} 条记录，但历程只有 {len(entries)} 条，末尾的记录被删除")
        check_seal(where, entries[seal["seq"] - 1], seal, days)
        covered, last_day = seal["seq"], seal["day"]
    return covered


def check_seal(where: str, entry: Any, seal: Any, days: dict[str, Any]) -> None:
    day = days.get(seal["day"])
    if day is None:
        raise DoesNotFit(f"{where}：给出的日期里没有这一天，请取得全部日期")
    if (seal["size"], seal["root"]) != (day["size"], day["root"]):
        raise DoesNotFit(f"{where}：诉求所附的根或数量与当天公布的不同")
    if not 0 <= seal["index"] < seal["size"]:
        raise DoesNotFit(f"{where}：位置 {seal['index']} 超出数量 {seal['size']}")
    if parsed_instant(entry["at"]).astimezone(BEIJING).date() > date.fromisoformat(seal["day"]):
        raise DoesNotFit(f"{where}：第 {seal['seq']} 条记录的时间晚于这一天")
    if root_by_path(entry["hash"], seal["index"], seal["size"], seal["path"]) != day["root"]:
        raise DoesNotFit(f"{where}：第 {seal['seq']} 条记录沿路径算不出当天的根，记录或路径被改动")


def check_rest(entries: list[Any], covered: int, days: dict[str, Any]) -> None:
    """An entry is under the root of its own day or, when it arrived late, of the next: it may not stay out longer."""
    newest = date.fromisoformat(max(days)) if days else date.min
    for entry in entries[covered:]:
        own = parsed_instant(entry["at"]).astimezone(BEIJING).date()
        if own + timedelta(days=2) <= newest:
            raise DoesNotFit(f"第 {entry['seq']} 条记录：早已应当列入 {own} 或次日的存证，却没有")


# --- The report -----------------------------------------------------------------------------------------------------


def check(proof: Any, days: list[Any], no: str | None, noted: dict[str, str]) -> list[str]:
    """Checks everything. Returns the lines of the report; raises DoesNotFit."""
    if no and proof["no"] != no.upper():
        raise DoesNotFit(f"要核对的是 {no.upper()}，给出的却是 {proof['no']}")
    entries, seals = proof["entries"], proof["seals"]
    opened, closed = check_history(proof["no"], entries)
    by_day = check_days(days, noted)
    covered = check_seals(entries, seals, by_day)
    check_rest(entries, covered, by_day)
    lines = [
        f"诉求编号：{proof['no']}",
        f"办理历程：{len(entries)} 条记录，从第一条起逐条相连，没有删除、调换或改动",
        f"记录内容：{opened} 个字段有内容，均与当时的承诺一致；{closed} 个字段不公开或已隐去，只有承诺",
        f"每日存证：前 {covered} 条记录已列入 {len(seals)} 天的存证，路径都通向当天的根"
        if seals
        else "每日存证：还没有",
        chain_line(by_day, noted),
    ]
    return lines + rest_lines(entries[covered:], proof["unsealed"])


def chain_line(days: dict[str, Any], noted: dict[str, str]) -> str:
    if not days:
        return "日期链　：还没有任何一天的存证"
    first, last = days[min(days)], days[max(days)]
    start = "从最初一天" if first["previous"] == BEFORE_THE_FIRST_DAY else "从"
    known = f"，其中 {len(noted)} 天与您记下的一致" if noted else ""
    return (
        f"日期链　：{start} {first['day']} 至 {last['day']} 共 {len(days)} 天逐日相连{known}；末日校验值 {last['hash']}"
    )


def rest_lines(entries: list[Any], unsealed: list[Any]) -> list[str]:
    """What the platform says of the entries that no root covers yet: until when one will."""
    told = {one["seq"]: one["seals_at"] for one in unsealed}
    lines = []
    for at, some in groupby(entries, key=lambda entry: told.get(entry["seq"])):
        numbers = "、".join(str(entry["seq"]) for entry in some)
        until = f"预计 {parsed_instant(at).astimezone(BEIJING):%Y-%m-%d %H:%M} 以后存证" if at else "存证时间未定"
        lines.append(f"尚未存证：第 {numbers} 条记录，{until}")
    return lines


# --- Where the two come from ----------------------------------------------------------------------------------------


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A name that comes twice could show one value to this program and another to others."""
    if len({name for name, _ in pairs}) != len(pairs):
        raise ValueError("a name comes twice")
    return dict(pairs)


def parsed(text: str) -> Any:
    return json.loads(text, object_pairs_hook=without_doubles)


def rows_of(pages: Any) -> list[Any]:
    """The days in a page, in a list of pages or in a list of days."""
    found: list[Any] = []
    for page in pages if isinstance(pages, list) else [pages]:
        found += page.get("items", [page])
    return found


def fetched(address: str) -> Any:
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 - http(s), checked in main
            return parsed(answer.read().decode())
    except urllib.error.HTTPError as error:
        reason = "没有找到，或者不公开" if error.code == 404 else f"服务器答复 {error.code}"
        raise DoesNotFit(f"无法取得 {address}：{reason}") from None
    except OSError as error:
        raise DoesNotFit(f"无法取得 {address}：{error}") from None


def fetched_pages(address: str) -> list[Any]:
    pages = [fetched(f"{address}?limit=100")]
    while pages[-1]["next_cursor"]:
        pages.append(fetched(f"{address}?limit=100&cursor={urllib.parse.quote(pages[-1]['next_cursor'])}"))
    return pages


def sources(asked: argparse.Namespace) -> tuple[Any, Any]:
    """The proof and the pages of days that are asked for."""
    if not asked.source[0].startswith(("http://", "https://")):
        proof, days = (parsed(Path(name).read_text(encoding="utf-8")) for name in asked.source)
        return proof, days
    base = f"{asked.source[0].rstrip('/')}/api/v1"
    # The proof first: every day that it names is then among the days.
    proof, days = fetched(f"{base}/cases/{urllib.parse.quote(asked.no)}/proof"), fetched_pages(f"{base}/proofs/days")
    if asked.save:
        for name, content in (("proof.json", proof), ("days.json", days)):
            text = json.dumps(content, ensure_ascii=False, indent=1)
            Path(asked.save, name).write_text(text + "\n", encoding="utf-8")
    return proof, days


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="核对一件诉求的办理历程没有被改写。")
    parser.add_argument("source", nargs="+", help="proof.json 和 days.json 两个文件，或者平台的网址")
    parser.add_argument("--no", help="诉求编号；从网址核对时必填")
    parser.add_argument("--noted", action="append", default=[], metavar="日期=校验值", help="您以前记下的某天校验值")
    parser.add_argument("--save", metavar="目录", help="从网址核对时，把两个文件存到这里")
    asked = parser.parse_args()
    is_address = asked.source[0].startswith(("http://", "https://"))
    if len(asked.source) != (1 if is_address else 2) or (is_address and not asked.no):
        parser.error("请给出 proof.json 和 days.json 两个文件，或者一个网址和 --no 编号")
    if not all("=" in one for one in asked.noted):
        parser.error("--noted 的写法是 日期=校验值")
    return asked


def main() -> int:
    asked = arguments()
    try:
        proof, days = sources(asked)
        lines = check(proof, rows_of(days), asked.no, dict(one.split("=", 1) for one in asked.noted))
    except DoesNotFit as found:
        print(f"核对未通过：{found}。")
        return 1
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"核对未通过：文件无法读取或格式不对（{type(error).__name__}: {error}）。")
        return 1
    print("\n".join([*lines, "结论　　：核对通过。"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
