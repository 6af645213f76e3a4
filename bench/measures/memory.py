"""What a process of each service needs while it works."""

from concurrent.futures import ThreadPoolExecutor

from bench import processes
from bench.http_load import HttpLoad
from bench.measure import Measure, Plan, Row, Target
from bench.rounds import Spread
from bench.world import World

READS = {
    "accounts": "/api/v1/me/inbox",
    "petition": "/api/v1/cases?limit=100",
    "news": "/api/v1/articles?limit=100",
    "services_hub": "/api/v1/items?limit=100",
    "local": "/api/v1/plays?limit=100",
}
MOST = 250


def memory(world: World, plan: Plan) -> list[Row]:
    """The peak of resident memory, after all services were asked at once for their longest pages, uncached."""
    gateway, readers = world.gateway(), world.tokens(50)
    loads = [HttpLoad(gateway.url + path, (), connections=4, tokens=readers) for path in READS.values()]
    seconds = 3 if plan.quick else 10
    with ThreadPoolExecutor(len(loads)) as pool:
        list(pool.map(lambda load: load.run(seconds, 0), loads))
    roots = {**{name: world.pid(name) for name in READS}, "gateway": gateway.pid}
    peaks = {name: max(processes.peak_megabytes(pid).values()) for name, pid in roots.items()}
    return [
        Row(f"memory of one {name} process under load", "–", Spread(peak, peak, peak), Target(most=MOST, unit="MB"))
        for name, peak in peaks.items()
    ]


MEASURES = (Measure("memory", memory),)
