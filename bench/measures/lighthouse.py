"""The residents' home, a column and an article as Lighthouse sees them on a phone."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import requests

from bench.measure import Measure, Plan, Row, Target
from bench.rounds import Spread
from bench.world import World
from devtools import app, machine
from devtools.progress import Refusal, step

FOLDER = Path(__file__).parent.parent / "lighthouse"
PROGRAM = FOLDER / "node_modules" / ".bin" / "lighthouse"
RUNS = 3
TARGETS = {"performance": 95, "accessibility": 100}
SHOWN = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "speed-index": "speed index",
    "total-blocking-time": "blocked",
}
SHIFTED = "cumulative-layout-shift"
LOST = 0.9  # an audit below this is named
SECONDS = 180


def lighthouse(world: World, plan: Plan) -> list[Row]:
    """The scores of several runs of each page."""
    app.build()
    _fetch()
    base = world.gateway().url
    return [row for name, path in _pages(base).items() for row in _rows(name, base + path, plan)]


def _pages(base: str) -> dict[str, str]:
    """Home, the column of an article and the article itself, which is the longest of the latest."""
    listed = requests.get(f"{base}/api/v1/articles", params={"limit": 50}, timeout=20).json()["items"]
    if not listed:
        raise Refusal("no article is published here")
    whole = [requests.get(f"{base}/api/v1/articles/{row['id']}", timeout=20).json() for row in listed]
    article = max(whole, key=lambda one: sum(len(block["text"]) for block in one["blocks"]))
    column = article["column"]["code"]
    return {"home": "/", "a column": f"/news?column={column}", "an article": f"/news/{article['id']}"}


def _rows(name: str, url: str, plan: Plan) -> list[Row]:
    reports = [_look(url) for _ in range(1 if plan.quick else RUNS)]
    times = ", ".join(f"{shown} {_middle(reports, audit):.1f} s" for audit, shown in SHOWN.items())
    beside = {"performance": f"{times}, layout shift {_middle(reports, SHIFTED) * 1000:.3f}"}
    return [
        Row(
            f"Lighthouse (mobile) on {name}: {category}",
            "–",
            Spread.of([report["categories"][category]["score"] * 100 for report in reports]),
            Target(least=least, unit="points"),
            "; ".join(filter(None, (beside.get(category, ""), _lost(reports[-1], category)))),
        )
        for category, least in TARGETS.items()
    ]


def _lost(report: dict[str, Any], category: str) -> str:
    """The audits that cost points in a run."""
    audits = report["audits"]
    weighed = [one["id"] for one in report["categories"][category]["auditRefs"] if one["weight"]]
    found = [audits[one] for one in weighed if audits[one]["score"] is not None and audits[one]["score"] < LOST]
    return f"lost by: {', '.join(one['title'] for one in found)}" if found else ""


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
