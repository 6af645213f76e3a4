"""What a run came to, in words."""

from collections import Counter
from collections.abc import Mapping

from locust.stats import RequestStats, StatsEntry

from load.ledger import Verdict
from load.model import Profile

PERCENTILES = (0.5, 0.95, 0.99)
MOST_ERRORS = 20


def latencies(stats: RequestStats) -> str:
    """A line for each journey, and one for each of its pages."""
    journeys: dict[str, list[StatsEntry]] = {}
    for entry in stats.entries.values():
        journeys.setdefault(entry.name.partition(":")[0], []).append(entry)
    lines = [f"{'milliseconds':<44}{'requests':>9}{'p50':>7}{'p95':>7}{'p99':>7}"]
    for name, entries in sorted(journeys.items()):
        whole = StatsEntry(stats, name, "")
        for entry in entries:
            whole.extend(entry)
        lines.append(_line(name, whole))
        lines += [_line(f"  {entry.name.partition(': ')[2]}", entry) for entry in sorted(entries, key=lambda e: e.name)]
    return "\n".join([*lines, _line("all", stats.total)])


def carried(run: Profile, wanted: Mapping[str, int], done: Mapping[str, int], lateness: list[float]) -> str:
    """How much of what the model asks for was carried."""
    asked, served = sum(wanted.values()), sum(done.values())
    share = served / asked if asked else 0.0
    late = sorted(lateness)[int(len(lateness) * 0.95)] * 1000 if lateness else 0.0
    return (
        f"carried: {served:,} of {asked:,} arrivals at scale {run.scale:g} ({share:.1%}), that is "
        f"{share * run.scale:.2f} of the whole model; an arrival waited {late:.0f} ms for a free phone (p95)"
    )


def answers(statuses: Mapping[int, int], repeated: int) -> str:
    """How often each status came; writes that were repeated because their idle connection was closed meanwhile."""
    counted = ", ".join(f"{times:,} × {status}" for status, times in sorted(statuses.items()) if times)
    return f"answers: {counted}" + (f"; {repeated:,} writes were repeated on a new connection" if repeated else "")


def errors(stats: RequestStats) -> str:
    """What went wrong, the most frequent first."""
    rows = sorted(stats.errors.values(), key=lambda error: -error.occurrences)[:MOST_ERRORS]
    return "\n".join(f"  {row.occurrences:,} × {row.name}: {row.error}" for row in rows)


def failures(statuses: Counter[int]) -> list[str]:
    """What must not happen in a run: answers of 500 and above, none at all, refusals that nobody asked for."""
    return [
        f"{times} × {'no answer' if status == 0 else status}"
        for status, times in sorted(statuses.items())
        if times and (status == 0 or (status >= 400 and status != 429))
    ]


def ledger(verdict: Verdict) -> str:
    """The ledger's verdict."""
    head = f"ledger: {verdict.acknowledged} acknowledged, {len(verdict.lost)} lost, {len(verdict.double)} double"
    return "\n".join([head, *verdict.lost[:20], *verdict.double[:20]])


def _line(name: str, entry: StatsEntry) -> str:
    times = [entry.get_response_time_percentile(share) for share in PERCENTILES]
    return f"{name:<44}{entry.num_requests:>9,}" + "".join(f"{took:>7,.0f}" for took in times)
