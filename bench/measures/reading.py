"""Reads that go all the way: gateway, broker, service."""

from bench.comparing import beside, check_same_answer, cpu, take_turns
from bench.http_load import HttpLoad
from bench.measure import Measure, Plan, Row, Target
from bench.ours.paths import CASES, READ_THROUGH
from bench.rounds import ratio
from bench.world import World

PAGE = 20
READERS = 50


def read_through(world: World, plan: Plan) -> list[Row]:
    """The trivial answer, against nameko's own gateway and against Flask with a pool of proxies."""
    broker, ours, service, stock = world.pid("broker"), world.gateway(), world.service(), world.stock_service()
    nameko, pool = world.nameko_gateway(), world.flask_pool()
    loads = {
        "ours": HttpLoad(ours.url + READ_THROUGH, (ours.pid, service.pid, broker)),
        "nameko": HttpLoad(nameko.url + "/answer", (nameko.pid, stock.pid, broker)),
        "pool": HttpLoad(pool.url + "/answer", (pool.pid, stock.pid, broker)),
    }
    check_same_answer(loads)
    found = take_turns(loads, plan)
    what, against = "read through gateway → RPC → service, 2 KB", "nameko HTTP gateway, RpcProxy, stock service"
    against_pool = "Flask, pool of ClusterRpcProxy, stock service"
    absolute, absolute_pool = beside(found, "ours", "nameko"), beside(found, "ours", "pool")
    return [
        Row(what, against, ratio(found["ours"], found["nameko"]), Target(least=2.5), absolute),
        Row(f"{what}: CPU a request", against, ratio(found["ours"], found["nameko"], cpu), Target(most=0.45)),
        Row(what, against_pool, ratio(found["ours"], found["pool"]), Target(least=2.2), absolute_pool),
        Row(f"{what}: CPU a request", against_pool, ratio(found["ours"], found["pool"], cpu)),
    ]


def real_page(world: World, plan: Plan) -> list[Row]:
    """A page of cases for residents who have signed in, from a row that keeps none, against the same use case."""
    servers = world.pid("broker"), world.pid("database")
    ours, nameko, stock = world.gateway(), world.nameko_gateway(), world.stock_service()
    path, readers = f"{CASES}?limit={PAGE}", world.tokens(READERS)
    loads = {
        "ours": HttpLoad(ours.url + path, (ours.pid, world.pid("petition"), *servers), tokens=readers),
        "nameko": HttpLoad(f"{nameko.url}/cases?limit={PAGE}", (nameko.pid, stock.pid, *servers)),
    }
    check_same_answer(loads)
    found = take_turns(loads, plan)
    what, against = f"read of a real page ({PAGE} cases from MongoDB)", "the same use case behind the nameko gateway"
    absolute = beside(found, "ours", "nameko")
    return [
        Row(what, against, ratio(found["ours"], found["nameko"]), Target(least=2.0), absolute),
        Row(f"{what}: CPU a request", against, ratio(found["ours"], found["nameko"], cpu)),
    ]


MEASURES = (
    Measure("read", read_through),
    Measure("page", real_page),
)
