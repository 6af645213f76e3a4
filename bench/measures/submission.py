"""Cases submitted over HTTP."""

import json
import time
from typing import Any

from pymongo import MongoClient

from bench import processes
from bench.comparing import beside
from bench.http_load import HttpLoad
from bench.measure import Measure, Plan, Row, Target
from bench.peers.inserts import THREADS, insert_for
from bench.rounds import Sample, alternate, percentile, ratio
from bench.world import World

CASE = {
    "category": "kindergarten",
    "town": "110114112",
    "place": "崔村镇幼儿园",
    "title": "崔村镇幼儿园何时施工改造",
    "text": "请问崔村镇幼儿园什么时候开始施工改造，搬走一年多还处于闲置未动工状态。",
    "visibility": "public",
}
OURS = {"author": {"$regex": "^r_bench"}}


def submission(world: World, plan: Plan) -> list[Row]:
    """A case checked, committed with its event and answered, against inserts of the very same document."""
    client = world.client()
    ours, petition, accounts = world.gateway(), world.pid("petition"), world.pid("accounts")
    pids = (ours.pid, petition, accounts, world.pid("broker"), world.pid("database"))
    posts = HttpLoad(
        ours.url + "/api/v1/cases", pids, THREADS, "POST", body=json.dumps(CASE), tokens=world.tokens(50)
    )  # fmt: skip
    try:
        posts.warm_up(1)
        document = client["petition"]["cases"].find_one(OURS)
        assert document is not None
        runs = {
            "ours": lambda: posts.run(plan.seconds, plan.warm_up),
            "plain": lambda: _inserts(client, document, plan.seconds, world.pid("database")),
        }
        found = alternate(runs, plan.rounds)
    finally:
        client["petition"]["cases"].delete_many(OURS)
        client.drop_database("bench_inserts")
    against = f"plain w:majority, j:true insert of the same document, {THREADS} threads"
    absolute = beside(found, "ours", "plain")
    what = "case submitted over HTTP, committed with its event"
    return [Row(what, against, ratio(found["ours"], found["plain"]), Target(least=0.15), absolute)]


def _inserts(client: "MongoClient[Any]", document: dict[str, Any], seconds: int, database: int) -> Sample:
    before, began = processes.cpu_seconds([database]) + time.process_time(), time.monotonic()
    times = insert_for(client, document, seconds)
    spent = processes.cpu_seconds([database]) + time.process_time() - before
    took = time.monotonic() - began
    p50, p99 = (percentile(times, share) * 1000 for share in (0.5, 0.99))
    return Sample(len(times) / took, spent / len(times) * 1e6, p50, p99)


MEASURES = (Measure("submission", submission),)
