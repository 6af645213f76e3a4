"""The commands of `./dev`."""

import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from devtools import environment, interruption, machine
from devtools.progress import Refusal, complain

EXPLANATION = """\
./dev up [-d] [--only PART,…]   start everything; Ctrl-C stops it, the data stay (-d: leave it in the background)
./dev down                      stop what runs in the background
./dev status                    each part: state, pid, since when
./dev logs [PART] [-f]          the end of the logs; -f follows
./dev restart PART              prepare and start one part again; of a service no request fails meanwhile
./dev test [PART|PATH …]        all tests or those named, on a fresh stack of their own; --keep leaves it for the next
                                run; --large, --alone: only drills of half a minute and more, or those that need
                                a stack for themselves; what follows -- goes to pytest
./dev check                     ruff, mypy, import-linter, contracts fresh and compatible with the last committed ones,
                                the app's eslint, types and API shapes
./dev contracts                 write contracts/*.json and the app's API shapes from the models; say what they break
./dev bench [NAME …] [--quick]  ratios against honest peers in one run, on a stack of its own; see bench/README.md
./dev load smoke|day|push [--scale F] [--minutes M] [--stack FILE]   people at a running stack, and a ledger of it
./dev seed --cases N [--seed S] file years of cases into the running stack, for measuring at that size
./dev dead-letters list|show|replay|drop [QUEUE] [ID]
                                events that no retry could help (drop wants both; ID may be 'all')
./dev district check [FOLDER]   whether a district's data fit what every service reads (usual: district)
./dev secrets                   make the secrets of docker-compose.yml that are missing and say where they are
./dev help deployed             deploy, backup, restore, rotate-keys, district reload, test-compose,
                                import-cases, recount, replan-clocks

Parts: broker database sandbox accounts petition news services_hub gateway.
DEV_HOME=.dev/mine  a stack of your own: data, ports and logs apart from all others (usual: .dev, for tests .dev/test).
AMQP_URL, MONGO_URL  use these servers instead of starting some. DISTRICT_DIR=tests/other_district  another district.
"""

ON_DEPLOYED = """\
./dev deploy SERVICE            build this commit and replace the instances that compose runs, one by one
                                (--rollback: by the image before, --to COMMIT: by that of a commit)
./dev backup SERVICE [FOLDER]   one service's data in one file, while it works
./dev restore SERVICE FILE      put them back; the others work on
./dev rotate-keys SERVICE       a new signing key; --sealing: a new key for sealed fields (--forget-old: and only that)
./dev district reload           what has changed in the district's data takes effect; no request fails
./dev dead-letters …            as ./dev says
./dev import-cases FILE         closed cases of earlier years, CSV or JSON Lines; --source NAME, --encoding gb18030
./dev recount [--write]         count all figures anew from the cases' histories, print what differs; --write mends it
./dev replan-clocks [--dry-run] plan limits anew once the holidays of a year are published
./dev test-compose              the deployed stack as a whole: built, told the story, deployed under load, taken down

--compose with backup, restore, rotate-keys, district reload and dead-letters: the stack that compose runs, not the one
of ./dev up; its secrets and backups are in .deploy (DEV_HOME). docs/operating.md says more.
COMPOSE_LAB names a program that brings a Docker engine of its own.
"""

OWN_OPTIONS = ("bench", "load", "seed", "recount", "import-cases", "replan-clocks")
"""Commands that read their options themselves."""


def main(arguments: list[str]) -> int:
    """Runs one command; returns its exit code."""
    if not arguments or arguments[0] in ("help", "-h", "--help"):
        print(ON_DEPLOYED if arguments[1:] == ["deployed"] else EXPLANATION, end="")
        return 0
    asked = _parse(arguments)
    try:
        _prepare(asked)
        from devtools import commands  # needs what _prepare has just made sure of

        return commands.run(asked)
    except Refusal as refusal:
        complain(str(refusal))
        return 1


def _parse(arguments: list[str]) -> argparse.Namespace:
    own, _, passed_on = _split(arguments)
    parser = argparse.ArgumentParser(prog="./dev", usage="./dev COMMAND …   (./dev alone explains)")
    commands = parser.add_subparsers(dest="command", required=True)
    up = commands.add_parser("up")
    up.add_argument("-d", "--detach", action="store_true")
    up.add_argument("--only", type=lambda text: text.split(","))
    logs = commands.add_parser("logs")
    logs.add_argument("part", nargs="?")
    logs.add_argument("-f", "--follow", action="store_true")
    commands.add_parser("restart").add_argument("part")
    for kind in ("test", "test-compose"):
        test = commands.add_parser(kind)
        test.add_argument("targets", nargs="*")
        test.add_argument("--keep", action="store_true")
    for marked in ("--large", "--alone"):
        commands.choices["test"].add_argument(marked, action="store_true")
    letters = commands.add_parser("dead-letters")
    letters.add_argument("action", choices=("list", "show", "replay", "drop"))
    letters.add_argument("queue", nargs="?")
    letters.add_argument("id", nargs="?")
    district = commands.add_parser("district")
    district.add_argument("action", choices=("check", "reload"))
    district.add_argument("folder", nargs="?")
    for own_options in OWN_OPTIONS:
        commands.add_parser(own_options, add_help=False)
    _add_operating(commands)
    for plain in ("down", "status", "check", "contracts", "secrets"):
        commands.add_parser(plain)
    if own[0] in OWN_OPTIONS:
        own, passed_on = own[:1], own[1:]
    asked = parser.parse_args(own)
    asked.passed_on = passed_on
    return asked


def _add_operating(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    deploy = commands.add_parser("deploy")
    deploy.add_argument("service")
    which = deploy.add_mutually_exclusive_group()
    which.add_argument("--rollback", action="store_true")
    which.add_argument("--to", metavar="COMMIT")
    back_up = commands.add_parser("backup")
    back_up.add_argument("service")
    back_up.add_argument("folder", nargs="?")
    restore = commands.add_parser("restore")
    restore.add_argument("service")
    restore.add_argument("file")
    rotate = commands.add_parser("rotate-keys")
    rotate.add_argument("service")
    rotate.add_argument("--sealing", action="store_true")
    rotate.add_argument("--forget-old", action="store_true")
    for either in (back_up, restore, rotate, commands.choices["district"], commands.choices["dead-letters"]):
        either.add_argument("--compose", action="store_true")


def _split(arguments: list[str]) -> tuple[list[str], str, list[str]]:
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], "--", arguments[at + 1 :]


def _prepare(asked: argparse.Namespace) -> None:
    """Sees to the machine and the environment, and goes on inside the latter."""
    starts = asked.command in ("up", "test", "bench")
    with ThreadPoolExecutor(1) as beside:  # Debian's packages and Python's need nothing of each other, but for venv
        packages = beside.submit(
            machine.prepare,
            with_broker=starts and "AMQP_URL" not in os.environ,
            with_database=starts and "MONGO_URL" not in os.environ,
            with_browser=asked.command == "test" and _sees_pages(asked.targets),
        )
        if not machine.makes_environments():
            packages.result()
        environment.prepare()
        packages.result()
    if not environment.inside():
        os.execv(environment.PYTHON, [str(environment.PYTHON), "-m", "devtools", *sys.argv[1:]])  # noqa: S606


def _sees_pages(targets: list[str]) -> bool:
    """Whether these tests use a browser: all do, and those that cross services."""
    return not targets or any(target == "tests" or target.startswith("tests/browser") for target in targets)


if __name__ == "__main__":
    interruption.listen()
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        complain("stopped")
        sys.exit(130)
