"""The residents' home page as Lighthouse sees it on a phone."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from bench.measure import Measure, Plan, Row, Target
from bench.rounds import Spread
from bench.world import World
from devtools import app, machine
from devtools.progress import Refusal, step

FOLDER = Path(__file__).parent.parent / "lighthouse"
PROGRAM = FOLDER / "node_modules" / ".bin" / "lighthouse"
RUNS = 3
TARGETS = {"performance": 90, "accessibility": 100}
SHOWN = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "speed-index": "speed index",
}
SECONDS = 180


def lighthouse(world: World, plan: Plan) -> list[Row]:
    """The scores of several runs."""
    app.build()
    _fetch()
    url = world.gateway().url + "/"
    reports = [_look(url) for _ in range(1 if plan.quick else RUNS)]
    times = ", ".join(f"{name} {_middle(reports, audit):.1f} s" for audit, name in SHOWN.items())
    return [
        Row(
            f"Lighthouse (mobile) on home: {category}",
            "–",
            Spread.of([report["categories"][category]["score"] * 100 for report in reports]),
            Target(least=least, unit="points"),
            times if category == "performance" else "",
        )
        for category, least in TARGETS.items()
    ]


def _fetch() -> None:
    if PROGRAM.exists():
        return
    with step("fetching Lighthouse from bench/lighthouse/package-lock.json"):
        npm = machine.need("npm", "npm")
        done = subprocess.run(
            [npm, "ci", "--no-audit", "--no-fund"], cwd=FOLDER, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise Refusal(f"npm ci failed:\n{done.stderr[-2000:]}")


def _look(url: str) -> dict[str, Any]:
    """One report. Root may run Chromium only without its sandbox; it visits nothing but our own gateway."""
    profile = tempfile.mkdtemp(prefix="bench-chromium-")
    flags = f"--headless=new --no-sandbox --disable-gpu --user-data-dir={profile}"
    options = ["--quiet", "--output=json", f"--only-categories={','.join(TARGETS)}", f"--chrome-flags={flags}"]
    own = {**os.environ, "CHROME_PATH": machine.need("chromium", "chromium")}
    try:
        done = subprocess.run(
            [PROGRAM, url, *options], env=own, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    if done.returncode != 0:
        raise Refusal(f"Lighthouse failed:\n{done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _middle(reports: list[dict[str, Any]], audit: str) -> float:
    return Spread.of([report["audits"][audit]["numericValue"] / 1000 for report in reports]).median


MEASURES = (Measure("lighthouse", lighthouse),)
