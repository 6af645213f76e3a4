"""HTTP contenders against each other."""

from collections.abc import Mapping
from functools import partial

import requests

from bench.http_load import Disturbed, HttpLoad
from bench.measure import Plan
from bench.rounds import Sample, Spread, alternate

FIRST_SECONDS = 3  # in which pools connect

Found = Mapping[str, list[Sample]]


def take_turns(loads: Mapping[str, HttpLoad], plan: Plan) -> Found:
    """The samples of each contender."""
    for load in loads.values():
        load.warm_up(1 if plan.quick else FIRST_SECONDS)
    return alternate({name: partial(load.run, plan.seconds, plan.warm_up) for name, load in loads.items()}, plan.rounds)


def check_same_answer(loads: Mapping[str, HttpLoad]) -> None:
    """Raises `Disturbed` unless all contenders give the same bytes, but for the line's end that `jsonify` adds."""
    answers = {name: _answer(load) for name, load in loads.items()}
    if len(set(answers.values())) != 1:
        shown = {name: body[:300] for name, body in answers.items()}
        raise Disturbed(f"the answers differ: {shown}")


def cpu(sample: Sample) -> float:
    """For ratios of CPU time a request."""
    return sample.cpu


def beside(found: Found, ours: str, peer: str) -> str:
    """The absolute figures of two contenders."""
    return f"{_absolute(found[ours])} against {_absolute(found[peer])}"


def _absolute(samples: list[Sample]) -> str:
    rate, cpu_time, p50, p99 = (
        Spread.of([getattr(sample, name) for sample in samples]).median for name in ("rate", "cpu", "p50", "p99")
    )
    return f"{rate:,.0f}/s, {cpu_time:,.0f} µs CPU, p50 {p50:.1f} ms, p99 {p99:.1f} ms"


def _answer(load: HttpLoad) -> bytes:
    token = next(iter(load.tokens), "")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = requests.get(load.url, headers=headers, timeout=10)
    answer.raise_for_status()
    return answer.content.rstrip(b"\n")
