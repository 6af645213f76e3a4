"""`python -m load smoke|day|push [--scale F] [--minutes M] [--stack FILE]`, started by `./dev load`."""

from gevent import monkey

monkey.patch_all()

import argparse  # after the patching
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import gevent
from locust.env import Environment
from locust.log import setup_logging
from locust.runners import LocalRunner

from load import model, report
from load.journeys import Approval, Handling, Intake, Person, Phone, Run, Town
from load.ledger import Evidence, InDatabase, OverHttp
from load.meanwhile import Newsroom
from load.sessions import People
from load.stack import Stack

DRAIN_SECONDS = 25


def main(arguments: list[str]) -> int:
    """One run. Exit code 1 when something acknowledged is lost or double, or answers failed."""
    asked = _parser().parse_args(arguments)
    try:
        profile = model.profile(asked.profile, asked.scale, asked.minutes)
    except ValueError as refusal:
        print(refusal, file=sys.stderr)
        return 2
    file = Path(asked.stack or os.environ.get("STACK_FILE", ".dev/stack.json"))
    if not file.exists():
        print(f"no stack runs here: {file} is missing (./dev up)", file=sys.stderr)
        return 2
    setup_logging("WARNING")
    run, wanted, runner = _drive(profile, Stack(file))
    return _judge(profile, run, wanted, runner, Stack(file))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./dev load")
    parser.add_argument("profile", choices=("smoke", "day", "push"))
    parser.add_argument("--scale", type=float, help="share of the whole model's rate")
    parser.add_argument("--minutes", type=float, help=f"at most {model.MOST_MINUTES}")
    parser.add_argument("--stack", help="stack.json of the stack to load")
    return parser


def _drive(profile: model.Profile, stack: Stack) -> "tuple[Run, Counter[str], LocalRunner]":
    people = People(stack)
    staff = ("duty_editor", "reporter") if profile.opening else ("clerk", "handler", "approver")
    people.gather(model.residents_for(profile), staff)
    run = Run(people, Town.look(people.residents[0]))
    Person.shared = run
    Person.host = stack.base_url
    desks = [] if profile.opening else [Intake, Handling, Approval]
    environment = Environment(user_classes=[Phone, *desks], stop_timeout=5)
    runner = environment.create_local_runner()
    phones = model.phones_for(profile)
    runner.start(phones + len(desks), spawn_rate=100)
    print(
        f"{profile.name}: {profile.seconds:.0f} s, at most {profile.peak:.0f} arrivals/s, {phones} phones", flush=True
    )
    newsroom = Newsroom(stack.api, *(people.staff[role] for role in staff)) if profile.opening else None
    watch = gevent.spawn(newsroom.run, lambda: run.over) if newsroom else None
    wanted = _arrive(profile, run)
    _drain(run)
    if newsroom and watch:
        watch.join(DRAIN_SECONDS)
        print(newsroom.told(), flush=True)
    runner.quit()
    people.keep()
    return run, wanted, runner


def _arrive(profile: model.Profile, run: Run) -> Counter[str]:
    """Lets everybody arrive when the model says so, whether or not earlier ones were served. Returns who came."""
    wanted: Counter[str] = Counter()
    began = time.monotonic()
    for at, journey in model.arrivals(profile, random.Random(profile.name)):
        if (ahead := began + at - time.monotonic()) > 0:
            gevent.sleep(ahead)
        run.arrivals.put((began + at, journey))
        wanted[journey] += 1
    return wanted


def _drain(run: Run) -> None:
    """Waits for what is under way; who still stands in line when the time is over was not carried."""
    while not run.arrivals.empty():
        run.arrivals.get_nowait()
    run.over = True
    until = time.monotonic() + DRAIN_SECONDS
    while run.busy and time.monotonic() < until:
        gevent.sleep(0.1)


def _judge(profile: model.Profile, run: Run, wanted: Counter[str], runner: LocalRunner, stack: Stack) -> int:
    print(report.latencies(runner.stats))
    print(report.carried(profile, wanted, run.journeys, run.late))
    print(report.answers(run.statuses, run.repeated))
    verdict = run.ledger.compare(_evidence(run, stack))
    print(report.ledger(verdict))
    failed = report.failures(run.statuses)
    failed += [f"this program's own error: {row['msg']}" for row in runner.exceptions.values()]
    failed += [] if run.journeys else ["nobody was served"]
    if failed:
        print(f"FAILED: {'; '.join(failed)}")
        print(report.errors(runner.stats))
    return 0 if verdict.clean and not failed else 1


def _evidence(run: Run, stack: Stack) -> Evidence:
    if url := stack.facts.get("mongo_url"):
        return InDatabase(url)
    return OverHttp({session.account["id"]: session for session in run.people.residents})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
