"""Whoever doubts a rate counts it again from the open data, with a script that needs nothing of ours."""

import runpy
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from matrix_world import World
from pymongo import MongoClient

from kit.testing import Stack, wait_until

SCRIPT = Path("figures/recompute.py")


@pytest.fixture(scope="module")
def world(stack: Stack, mongo_client: MongoClient[dict[str, Any]]) -> World:
    return World(stack, mongo_client)


def ratings(world: World, month: str) -> int:
    """How many ratings of public cases are counted; staff are answered without a cache between."""
    groups = world.staff["supervisor"].get("/figures", by="district", month=month)["groups"]
    rates = groups[0]["figures"]["public_rates"] if groups else []
    return sum(rate["denominator"] for rate in rates if rate["code"] == "solved")


def test_the_script_tells_what_does_not_follow_from_the_rows() -> None:
    script = runpy.run_path(str(SCRIPT))
    rate = {"code": "response", "counts": ["open", "refused"]}
    row = dict.fromkeys([f"{name}_seconds" for name in script["TIMES"]], "60") | {
        "day": "", "town": "", "department": "jw", "category_group": "education", "excluded": "false",
        "on_time": "false", "returns": "2", "reopened": "true", "yellow_cards": "1", "red_cards": "0",
        "ending": "refused", "response": "true", "marks": "",
    }  # fmt: skip
    rows = [row, {**row, "handle_seconds": "90"}, {**row, "excluded": "true"}]

    def counted() -> Any:
        return script["recomputed"](rows, {"rates": [rate], "satisfied_from": 4})

    told = counted()
    assert script["differences"](told, counted()) == []
    told.sums["district", "", "overdue"] = (1,)
    told.sums["department", "jw", "red_cards"] = (3,)
    told.times["district", "", "handle"] = (2, 90, 90)
    assert [line.split(":")[0] for line in script["differences"](told, counted())] == [
        "district whole overdue", "department red_cards", "district whole handle",
    ]  # fmt: skip
    beyond = counted()
    beyond.sums = {("town", "north", "cases"): (2,)}
    assert script["differences"](beyond, counted()) == [], "rows that tell no town may be its own"
    beyond.sums["town", "north", "cases"] = (4,)
    assert len(script["differences"](beyond, counted())) == 1, "but no more than there are"
    days = {"2026-11-18": {**dict.fromkeys(script["DONE"], 2), "cases": 3, "excluded": 1}}
    assert script["beyond"]("town north", days, of_one_day(script, rows)) == []
    days["2026-11-18"]["red_cards"] = days["2026-11-18"]["overdue"] = 0
    (apart,) = script["beyond"]("town north", days, of_one_day(script, rows))
    assert apart == "town north 2026-11-18 overdue: published 0, counted 2"


def of_one_day(script: dict[str, Any], rows: list[dict[str, str]]) -> Any:
    book = script["Book"]()
    for row in rows:
        script["count"](book, {}, row, "town", "2026-11-18", {"rates": []})
    return book


def test_a_script_of_the_standard_library_counts_the_published_rates(stack: Stack, world: World) -> None:
    month = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")
    before = ratings(world, month)
    numbers = [world.case(state) for state in ("accepted", "dispatched", "answered", "refused")]
    wish = {"reason": "not_true", "text": "经两个部门核实，情况不属实。", "no": numbers[1]}
    asked = world.staff["supervisor"].do("/desk/exclusions", wish)
    decision = {"granted": True, "answer": "同意。"}
    world.staff["administrator"].do(f"/desk/exclusions/{asked['id']}/decision", decision)
    rated = world.case("answered")
    world.author.do(f"/cases/{rated}/rating", {"solved": True, "satisfied": 4})
    assert wait_until(lambda: ratings(world, month) > before, seconds=60)
    command = [sys.executable, "-I", str(SCRIPT), stack["base_url"], month]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 differ" in done.stdout
