"""领导看板: how things stand now, counted off the indexes."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import get_args

from kit.clock import utcnow
from petition.case_views import named, unit
from petition.contract.board import Board, BoardNow, OpenWork, SpanCount, Stage, StageSpans
from petition.contract.shapes import Named
from petition.domain import board, change
from petition.domain.case import Level
from petition.parts import Parts
from petition.store import queues
from petition.store.cases import Load

COUNTED_TO = 10_000
KEPT = timedelta(seconds=30)
"""Three times as long as from one count to the next: one that comes late is no reason to have every reader count."""
STAGES: tuple[Stage, ...] = get_args(Stage)


def get_board(parts: Parts) -> Board:
    """Open work by stage, department and town, and what waits for leaders, as counted last."""
    kept = parts.board.counted_since(utcnow() - KEPT)
    return Board.model_validate(kept) if kept else count_board(parts)


def count_board(parts: Parts) -> Board:
    """Counts it for all who look: as open work grows, so does what that takes."""
    counted = _count(parts)
    parts.board.keep(counted.model_dump(mode="python"))
    return counted


def _count(parts: Parts) -> Board:
    now, found = utcnow(), parts.rules.directory
    loads = parts.cases.loads(STAGES, board.stretches(now))
    return Board(
        as_of=now,
        counted_to=COUNTED_TO,
        now=_now(parts, loads, now),
        stages=[_stage(stage, loads) for stage in STAGES],
        departments=_work(loads, lambda load: unit(load.department or change.INTAKE, found)),
        towns=_work(loads, lambda load: named(found.towns, load.town)),
    )


def _now(parts: Parts, loads: Sequence[Load], now: datetime) -> BoardNow:
    midnight = now.astimezone(parts.rules.calendar.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    units = [change.INTAKE, *parts.rules.directory.departments]
    waiting = {
        "red": queues.alarmed(Level.RED),
        "yellow": queues.alarmed(Level.YELLOW),
        "reported": queues.reported(),
        "instructed": queues.instructed(units),
    }
    return BoardNow(
        open=sum(load.cases for load in loads),
        late=sum(load.cases for load in loads if load.span in board.LATE),
        due_today=parts.cases.count_due(STAGES, now, midnight + timedelta(days=1)),
        replied_today=parts.cases.count_replied(midnight)[0],
        clusters=parts.clusters.count_waiting(COUNTED_TO),
        **{name: parts.cases.count_waiting(queue, COUNTED_TO) for name, queue in waiting.items()},
    )


def _stage(stage: Stage, loads: Sequence[Load]) -> StageSpans:
    counts: Counter[str] = Counter()
    for load in loads:
        counts[load.span] += load.cases if load.stage == stage else 0
    spans = [SpanCount(span=span, late=span in board.LATE, count=counts[span]) for span in board.SPANS]
    return StageSpans(stage=stage, spans=spans)


def _work(loads: Sequence[Load], of: Callable[[Load], Named]) -> list[OpenWork]:
    names: dict[str, str] = {}
    waits: Counter[str] = Counter()
    late: Counter[str] = Counter()
    for load in loads:
        group = of(load)
        names[group.code] = group.name
        waits[group.code] += load.cases
        late[group.code] += load.cases if load.span in board.LATE else 0
    work = [OpenWork(code=code, name=name, open=waits[code], late=late[code]) for code, name in names.items()]
    return sorted(work, key=lambda row: (-row.late, -row.open, row.code))
