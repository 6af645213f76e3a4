"""What grows with the number of cases: lists, a case's own page, the desk's queues, the board, the figures, search.

The same use cases, with the same questions in turn, on two databases of one server that differ in nothing but size.
"""

import gc
import subprocess
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from random import Random
from time import perf_counter
from typing import Any, NamedTuple

from pymongo.collection import Collection

from bench.measure import Measure, Plan, Row, Target
from bench.rounds import Spread, percentile
from bench.world import World
from devtools.environment import PYTHON, ROOT
from devtools.progress import Refusal, say, step
from kit import text
from kit.clock import utcnow
from kit.contract import PageRequest
from kit.identity import ANONYMOUS_ISSUER, SERVICE, STAFF, Caller
from kit.paging import encode_cursor
from petition import board, desk, figures, reading, recount, rolling
from petition.contract.desk import ListDeskCases
from petition.contract.figures import GetFigureDays, GetFigures
from petition.contract.lists import ListCases, Search
from petition.contract.shapes import OneCase
from petition.parts import Parts, assemble
from petition.settings import PetitionSettings

SEED = 7
SAMPLE = 2000
WARM_UP = 50
BATCH = 500  # cases that are counted at once
FEW = 5  # cases of intake's queue: at 10,000 in four years no more wait

_ANYBODY = Caller(kind=SERVICE, id=ANONYMOUS_ISSUER)
_CLERK = Caller(kind=STAFF, id="s_bench", roles=frozenset({"clerk"}))
_SUPERVISOR = Caller(kind=STAFF, id="s_bench", roles=frozenset({"supervisor"}))

Ask = Callable[["Town", Random], Any]


class Town(NamedTuple):
    """A database with cases, and some of what is in it to ask for."""

    parts: Parts
    rows: list[dict[str, Any]]
    handled: list[dict[str, Any]]

    def row(self, draw: Random) -> dict[str, Any]:
        """Some case that everyone may see."""
        return draw.choice(self.rows)


def _newest(town: Town, draw: Random) -> Any:
    return reading.list_cases(town.parts, ListCases())


def _filtered(town: Town, draw: Random) -> Any:
    row = town.row(draw)
    filters = {"town": row["by_town"], "category": row["by_category"], "department": row["by_department"]}
    chosen = draw.sample(sorted(filters), draw.randint(1, 2))
    return reading.list_cases(town.parts, ListCases(**{name: filters[name] for name in chosen}))


def _deep(town: Town, draw: Random) -> Any:
    """A page somewhere down the list, as who scrolls gets it: by the cursor of a case."""
    row = town.row(draw)
    cursor = encode_cursor(row["filed_at"], row["_id"])
    return reading.list_cases(town.parts, ListCases(town=row["by_town"], cursor=cursor))


def _last_of_a_town(town: Town, draw: Random) -> Any:
    """Where a town's list ends: the page from the oldest of its cases that are asked for here."""
    chosen = town.row(draw)["by_town"]
    oldest = min((row for row in town.rows if row["by_town"] == chosen), key=lambda row: row["filed_at"])
    cursor = encode_cursor(oldest["filed_at"], oldest["_id"])
    return reading.list_cases(town.parts, ListCases(town=oldest["by_town"], cursor=cursor))


def _detail(town: Town, draw: Random) -> Any:
    return reading.get_case(town.parts, OneCase(no=town.row(draw)["_id"]), _ANYBODY)


def _history(town: Town, draw: Random) -> Any:
    return reading.get_history(town.parts, OneCase(no=town.row(draw)["_id"]), _ANYBODY)


def _mine(town: Town, draw: Random) -> Any:
    caller = Caller(kind="resident", id=town.row(draw)["author"])
    return reading.list_my_cases(town.parts, PageRequest(), caller)


def _last_of_mine(town: Town, draw: Random) -> Any:
    """One's own list from some case of it on, down to its end."""
    row = town.row(draw)
    cursor = encode_cursor(row["filed_at"], row["_id"])
    return reading.list_my_cases(town.parts, PageRequest(cursor=cursor), Caller(kind="resident", id=row["author"]))


def _intake(town: Town, draw: Random) -> Any:
    return desk.list_desk_cases(town.parts, ListDeskCases(limit=FEW), _CLERK)


def _department(town: Town, draw: Random) -> Any:
    departments = frozenset({town.row(draw)["by_department"]})
    handler = Caller(kind=STAFF, id="s_bench", roles=frozenset({"handler"}), departments=departments)
    return desk.list_desk_cases(town.parts, ListDeskCases(), handler)


def _narrowed(town: Town, draw: Random) -> Any:
    """The first case of a department's queue of one town; at 10,000 cases few have a second one."""
    row = draw.choice(town.handled)
    handler = Caller(
        kind=STAFF, id="s_bench", roles=frozenset({"handler"}), departments=frozenset({row["by_department"]})
    )
    return desk.list_desk_cases(town.parts, ListDeskCases(queue="handling", town=row["by_town"], limit=1), handler)


def _watched(town: Town, draw: Random) -> Any:
    return desk.list_desk_cases(town.parts, ListDeskCases(queue="watched"), _SUPERVISOR)


def _board(town: Town, draw: Random) -> Any:
    """As leaders see it: counted by a service's timer every ten seconds, here by who looks when that is too old."""
    return board.get_board(town.parts)


def _figures(town: Town, draw: Random) -> Any:
    """What the page of figures asks for, of this month or the last one."""
    zone = town.parts.rules.calendar.zone
    first = _counted_since(zone) if draw.random() < 0.5 else utcnow().astimezone(zone).date().replace(day=1)
    dimensions = ("district", draw.choice(("department", "town")), "category")
    asked = [GetFigures.model_validate({"by": by, "month": f"{first:%Y-%m}"}) for by in dimensions]
    days = GetFigureDays.model_validate({"from": first, "to": first + timedelta(days=30)})
    found = [figures.get_figures(town.parts, one, _ANYBODY) for one in asked]
    return found, figures.get_figure_days(town.parts, days, _ANYBODY)


def _days_of_one(town: Town, draw: Random) -> Any:
    """What the board's trend asks for of one department or town: the days of this month and the last one."""
    row, by = town.row(draw), draw.choice(("department", "town"))
    first = _counted_since(town.parts.rules.calendar.zone)
    asked = {"from": first, "to": first + timedelta(days=45), "by": by, "value": row[f"by_{by}"]}
    return figures.get_figure_days(town.parts, GetFigureDays.model_validate(asked), _SUPERVISOR)


def _search(town: Town, draw: Random) -> Any:
    return reading.search(town.parts, Search(q=part_of(town.row(draw)["shown"]["title"], draw)))


def part_of(title: str, draw: Random) -> str:
    """Two to six characters of a title, as somebody searches for it."""
    whole = text.normalised(title)
    length = draw.choice((2, 3, 4, 4, 6))
    start = draw.randrange(max(len(whole) - length, 1))
    return whole[start : start + length].strip() or whole[:2]


PAGES: dict[str, Ask] = {
    "newest cases": _newest,
    "cases by town, category or department": _filtered,
    "cases far down a town's list": _deep,
    "the end of a town's list": _last_of_a_town,
    "one case": _detail,
    "history of a case": _history,
    "a resident's own cases": _mine,
    "the end of a resident's own cases": _last_of_mine,
    "desk: intake's queue": _intake,
    "desk: a department's queue": _department,
    "desk: the first of a department's queue, one town": _narrowed,
    "desk: the supervisor's watched queue": _watched,
    "desk: the leaders' board": _board,
    "figures of a month, with its days": _figures,
    "days of a department or a town": _days_of_one,
}


def pages(world: World, plan: Plan) -> list[Row]:
    """Lists, a case's page and history, the desk's queues and board, the page of figures."""
    small, large = _towns(world, plan)
    return [_compared(name, ask, small, large, plan, Target(most=1.5)) for name, ask in PAGES.items()]


def search(world: World, plan: Plan) -> list[Row]:
    """Two to six characters of the title of some case."""
    small, large = _towns(world, plan)
    return [_compared("search", _search, small, large, plan, Target(most=2.5))]


def _compared(name: str, ask: Ask, small: Town, large: Town, plan: Plan, target: Target) -> Row:
    sizes = (_counted(small), _counted(large))
    return compare(f"{name}, p99 at {{}} cases", ask, (small, large), sizes, plan, target)


def compare(
    what: str,
    ask: Callable[[Any, Random], Any],
    places: tuple[Any, Any],
    sizes: tuple[int, int],
    plan: Plan,
    target: Target,
) -> Row:
    """The ratio of the 99th percentiles in the two places. Its spread is that of thirds of the questions.

    `what` says what is measured, with {} for the large size.
    """
    small, large = places
    times: dict[str, list[float]] = {"small": [], "large": []}
    draws = {"small": Random(SEED), "large": Random(SEED)}
    gc.collect()
    gc.freeze()  # as a service does at its start
    for number in range(-WARM_UP, plan.queries):
        turns = [("small", small), ("large", large)]
        for size, town in turns if number % 2 else reversed(turns):
            began = perf_counter()
            ask(town, draws[size])
            took = (perf_counter() - began) * 1000
            if number >= 0:
                times[size].append(took)
    thirds = [_p99_ratio({size: figures[third::3] for size, figures in times.items()}) for third in range(3)]
    whole = _p99_ratio(times)
    middle = percentile(times["large"], 0.5) / percentile(times["small"], 0.5)
    absolute = " against ".join(
        f"p50 {percentile(times[size], 0.5):.1f} ms, p99 {percentile(times[size], 0.99):.1f} ms"
        for size in ("large", "small")
    )
    spread = Spread(whole, min(whole, *thirds), max(whole, *thirds))
    told = what.format(f"{sizes[1]:,}")
    return Row(told, f"at {sizes[0]:,}", spread, target, f"{absolute}; p50 {middle:.2f} ×")


def _p99_ratio(times: dict[str, list[float]]) -> float:
    return percentile(times["large"], 0.99) / percentile(times["small"], 0.99)


def _counted(town: Town) -> int:
    return town.parts.cases.collection.estimated_document_count()


def _towns(world: World, plan: Plan) -> tuple[Town, Town]:
    towns = _town(world, plan.few_cases), _town(world, plan.cases)
    world.warm()
    return towns


def _town(world: World, cases: int) -> Town:
    """The database with so many cases; made when it is missing, and kept for the next run."""
    name = f"petition_{cases}"
    own = world.settings_of("petition", database=name)
    client = world.client()
    there = client[name]["cases"].estimated_document_count()
    if there < cases * 0.99:
        with step(f"filing {cases:,} cases (there: {there:,})"):
            run(["kit.migrate", "petition.store"], own)
            if there == 0:
                client[name]["cases"].drop_indexes()  # an index is built faster over what is there already
            run(["petition.crowd", "--cases", str(cases), "--seed", str(SEED)], own)
    run(["kit.migrate", "petition.store"], own)
    parts = assemble(client[name], world.told(PetitionSettings, "petition", name), wake=lambda: None)
    _count(parts)
    town = Town(parts, _listed(client[name]["cases"]), _handled(client[name]["cases"]))
    say(f"{name}: {client[name]['cases'].estimated_document_count():,} cases")
    return town


def _listed(cases: Collection[dict[str, Any]]) -> list[dict[str, Any]]:
    shown = {"by_town": 1, "by_category": 1, "by_department": 1, "filed_at": 1, "author": 1, "shown.title": 1}
    there = {"by_listed": True, "by_department": {"$ne": None}}
    return list(cases.aggregate([{"$sample": {"size": SAMPLE}}, {"$match": there}, {"$project": shown}]))


def _handled(cases: Collection[dict[str, Any]]) -> list[dict[str, Any]]:
    shown = {"by_town": 1, "by_department": 1}
    waiting: list[dict[str, Any]] = [
        {"$match": {"by_queue": "handling"}},
        {"$sample": {"size": SAMPLE}},
        {"$project": shown},
    ]
    return list(cases.aggregate(waiting, hint="work"))


def _count(parts: Parts) -> None:
    """Has the public cases of this month and the last one in the figures; those of the other months are never read."""
    zone = parts.rules.calendar.zone
    since = datetime.combine(_counted_since(zone), time(), zone)
    latest = {"by_listed": True, "filed_at": {"$gte": since}}
    numbers = [row["_id"] for row in parts.cases.collection.find(latest, {"_id": 1}).hint("listed")]
    months = {f"{since:%Y-%m}", f"{utcnow().astimezone(zone):%Y-%m}"}
    if sum(1 for month in months for _ in parts.figures.numbers(month)) >= len(numbers):
        return
    with step(f"counting {len(numbers):,} cases"):
        for start in range(0, len(numbers), BATCH):
            rolling.roll_cases(parts, numbers[start : start + BATCH], utcnow())
        recount.drain(parts)


def _counted_since(zone: tzinfo) -> date:
    """The first day of the last month."""
    return (utcnow().astimezone(zone).date().replace(day=1) - timedelta(days=1)).replace(day=1)


def run(command: list[str], own: dict[str, str]) -> None:
    """Runs a module of a service with these settings. Raises `Refusal` when it fails."""
    if subprocess.run([PYTHON, "-W", "ignore", "-m", *command], cwd=ROOT, env=own, check=False).returncode:
        raise Refusal(f"{' '.join(command)} failed")


MEASURES = (Measure("pages", pages), Measure("search", search))
