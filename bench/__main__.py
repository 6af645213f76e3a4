"""`python -m bench [NAME…] [--quick]`, started by `./dev bench`."""

import argparse
import dataclasses
import signal
import sys
from pathlib import Path

from bench import report
from bench.measure import FULL, QUICK, Measure, Plan
from bench.measures import cached, commenting, growth, lighthouse, memory, news_growth, reading, relaying, submission
from bench.world import World, world
from devtools.environment import BASE
from devtools.home import Home
from devtools.progress import Refusal, complain, say

MODULES = (reading, cached, submission, relaying, growth, news_growth, commenting, memory, lighthouse)
MEASURES: dict[str, Measure] = {measure.name: measure for module in MODULES for measure in module.MEASURES}
RESULTS = Path(__file__).with_name("results.md")


def main(arguments: list[str]) -> int:
    """Measures what was named, or everything. Figures are printed, never judged by the exit code."""
    asked = _parser().parse_args(arguments)
    names = asked.names or list(MEASURES)
    if unknown := [name for name in names if name not in MEASURES]:
        complain(f"There is no measure named {', '.join(unknown)}. Measures: {', '.join(MEASURES)}")
        return 2
    try:
        with world(Home.chosen(usual=BASE / "bench")) as place:
            return _measure(place, names, _plan(asked))
    except Refusal as refusal:
        complain(str(refusal))
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--quick", action="store_true", help="short rounds: shows that it runs, measures nothing")
    parser.add_argument("--cases", type=int, help=f"the large number of cases, {FULL.cases:,} unless told")
    parser.add_argument(
        "--articles", type=int, help=f"the large number of articles, {FULL.articles:,} unless told; five comments each"
    )
    parser.add_argument("--rounds", type=int, help=f"{FULL.rounds} unless told")
    return parser


def _plan(asked: argparse.Namespace) -> Plan:
    told = {name: getattr(asked, name) for name in ("cases", "articles", "rounds") if getattr(asked, name)}
    return dataclasses.replace(QUICK if asked.quick else FULL, **told)


def _measure(place: World, names: list[str], plan: Plan) -> int:
    for name in names:
        say(f"measuring {name} …")
        told = report.facts(place)
        rows = MEASURES[name].run(place, plan)
        print("\n".join(told), "", report.table(rows), sep="\n", flush=True)
        if not plan.quick:
            report.keep(RESULTS, told, plan, {name: rows}, list(MEASURES))
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is stopped then too
    sys.exit(main(sys.argv[1:]))
