"""The load: the model's numbers, the ledger that must not overlook anything, and a short run."""

import random
import re
import subprocess
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kit.mongo import Db
from kit.testing import Stack
from load import model
from load.ledger import InDatabase, Kept, Ledger, Tried, title_of

ROOT = Path(__file__).parents[1]
STEPS = ("submit", "accept", "dispatch")


class Found:
    """Evidence made up for the occasion."""

    def __init__(self, *rows: Kept) -> None:
        self._rows = rows

    def kept(self, tried: Sequence[Tried]) -> Sequence[Kept]:
        return self._rows


def filed(ledger: Ledger, no: str, *steps: str) -> Tried:
    tried = ledger.begin("r_one")
    tried.no = no
    for step in steps:
        ledger.acknowledge(tried, step)
    return tried


def test_the_mix_adds_up_and_arrivals_follow_it() -> None:
    assert sum(model.MIX.values()) == 100
    run = model.profile("day", scale=10, minutes=5)
    came = Counter(journey for _, journey in model.arrivals(run, random.Random(1)))
    for journey, share in model.MIX.items():
        assert came[journey] / came.total() == pytest.approx(share / 100, abs=0.01)


def test_the_peak_hour_is_the_districts() -> None:
    assert model.peak_hour_per_second() == pytest.approx(300_000 * 0.3 * 21 * 0.08 / 3600) == pytest.approx(42)


def test_bursts_are_five_times_the_rate_and_a_push_is_opened_within_its_minute() -> None:
    run = model.profile("day", scale=10, minutes=5)
    times = [at for at, _ in model.arrivals(run, random.Random(1))]
    in_burst = sum(at % model.BURST_EVERY >= model.BURST_EVERY - model.BURST_SECONDS for at in times)
    bursts = run.seconds / model.BURST_EVERY * model.BURST_SECONDS
    assert in_burst / bursts == pytest.approx(5 * 420, rel=0.05)
    assert (len(times) - in_burst) / (run.seconds - bursts) == pytest.approx(420, rel=0.05)
    push = model.profile("push", scale=None, minutes=None)
    opened = [at for at, journey in model.arrivals(push, random.Random(1)) if journey == "opening"]
    assert len(opened) == pytest.approx(15_000, rel=0.05)
    assert max(opened) < 60


@pytest.mark.parametrize(("scale", "minutes"), [(-1, 1), (1, 31), (1, -1)])
def test_a_run_is_bounded(scale: float, minutes: float) -> None:
    with pytest.raises(ValueError):
        model.profile("day", scale, minutes)


def test_a_clean_ledger() -> None:
    ledger = Ledger()
    one, unanswered = filed(ledger, "CP1", *STEPS), ledger.begin("r_one")
    verdict = ledger.compare(Found(Kept("CP1", one.mark, STEPS), Kept("CP2", unanswered.mark, ("submit",))))
    assert verdict.clean
    assert verdict.acknowledged == 3


def test_a_lost_case_and_a_lost_step_are_found() -> None:
    ledger = Ledger()
    filed(ledger, "CP1", "submit")
    two = filed(ledger, "CP2", *STEPS)
    verdict = ledger.compare(Found(Kept("CP2", two.mark, ("submit", "dispatch"))))
    assert [line.split(" ")[0] for line in verdict.lost] == ["CP1", "CP2"]
    assert "accept" in verdict.lost[1]
    assert not verdict.clean


def test_a_case_that_is_there_under_another_number_only_is_lost() -> None:
    ledger = Ledger()
    one = filed(ledger, "CP1", "submit")
    assert len(ledger.compare(Found(Kept("CP9", one.mark, ("submit",)))).lost) == 1


def test_a_doubled_case_is_found_even_when_it_was_never_acknowledged() -> None:
    ledger = Ledger()
    one = ledger.begin("r_one")
    verdict = ledger.compare(Found(Kept("CP1", one.mark, ("submit",)), Kept("CP2", one.mark, ("submit",))))
    assert len(verdict.double) == 1
    assert not verdict.clean


def test_a_doubled_step_is_found() -> None:
    ledger = Ledger()
    one = filed(ledger, "CP1", "submit", "accept")
    verdict = ledger.compare(Found(Kept("CP1", one.mark, ("submit", "accept", "accept"))))
    assert len(verdict.double) == 1


def test_the_database_is_read_as_it_is(stack: Stack, database: Db) -> None:
    ledger = Ledger()
    there, twice, gone = (filed(ledger, f"CP{n}", "submit") for n in range(3))
    for no, tried in (("CP0", there), ("CP1", twice), ("CP7", twice)):
        row: dict[str, Any] = {"author": "r_one", "asked": {"title": title_of(tried)}, "history": [{"kind": "submit"}]}
        database.cases.insert_one({"_id": no, **row})
    database.cases.insert_one({"_id": "CP8", "author": "r_one", "asked": {"title": "路灯不亮"}, "history": []})
    verdict = ledger.compare(InDatabase(stack["mongo_url"], database.name))
    assert len(verdict.lost) == 1
    assert gone.mark in verdict.lost[0]
    assert len(verdict.double) == 1
    assert twice.mark in verdict.double[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for both runs: the second goes on with the sessions of the first, for a phone gets one code a minute."""
    return tmp_path_factory.mktemp("load")


@pytest.mark.alone
@pytest.mark.timeout(240)
@pytest.mark.parametrize("knows_database", [True, pytest.param(False, marks=pytest.mark.large)])
def test_a_short_run_carries_its_load_and_loses_nothing(stack: Stack, folder: Path, knows_database: bool) -> None:
    facts = stack.path.read_text("utf-8")
    file = folder / "stack.json"
    file.write_text(facts if knows_database else facts.replace('"mongo_url"', '"no_mongo_url"'), "utf-8")
    done = subprocess.run(
        ["./dev", "load", "smoke", "--minutes", "0.15", "--stack", str(file)],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=200, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = re.search(r"ledger: (\d+) acknowledged, 0 lost, 0 double", done.stdout)
    assert found and int(found[1]) > 0, done.stdout
    assert "own matters and inbox" in done.stdout
