"""Public reads that the gateway keeps."""

import requests

from bench.comparing import beside, check_same_answer, cpu, take_turns
from bench.http_load import HttpLoad
from bench.measure import Measure, Plan, Row, Target
from bench.ours.paths import KEPT
from bench.rounds import ratio
from bench.world import World


def cached_read(world: World, plan: Plan) -> list[Row]:
    """A kept answer, sent or found unchanged, against a Flask view that only writes the same document.

    The floor is what a function that has nothing to find out reaches behind the same server.
    """
    ours, flask, bare = world.gateway(), world.bare_flask(), world.bare_wsgi()
    etag = requests.get(ours.url + KEPT, timeout=10).headers["ETag"]
    loads = {
        "ours": HttpLoad(ours.url + KEPT, (ours.pid,)),
        "unchanged": HttpLoad(ours.url + KEPT, (ours.pid,), headers={"If-None-Match": etag}),
        "flask": HttpLoad(flask.url + "/answer", (flask.pid,)),
        "bare": HttpLoad(bare.url + "/answer", (bare.pid,)),
        "bare unchanged": HttpLoad(bare.url + "/answer", (bare.pid,), headers={"If-None-Match": etag}),
    }
    check_same_answer({name: loads[name] for name in ("ours", "flask", "bare")})
    found = take_turns(loads, plan)
    against = "bare Flask `jsonify` view, same gunicorn settings"
    return [
        Row("cached public read", against, ratio(found["ours"], found["flask"]), Target(least=1.5),
            beside(found, "ours", "flask")),
        Row("cached public read: CPU a request", against, ratio(found["ours"], found["flask"], cpu)),
        Row("cached public read, unchanged (304)", against, ratio(found["unchanged"], found["flask"]),
            Target(least=1.7), beside(found, "unchanged", "flask")),
        Row("floor", against, ratio(found["bare"], found["flask"]), None,
            beside(found, "bare", "flask")),
        Row("floor, unchanged (304)", against, ratio(found["bare unchanged"], found["flask"]), None,
            beside(found, "bare unchanged", "flask")),
    ]  # fmt: skip


MEASURES = (Measure("cached", cached_read),)
