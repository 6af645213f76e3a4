"""Public reads that the gateway keeps."""

import requests

from bench.comparing import beside, check_same_answer, cpu, take_turns
from bench.http_load import HttpLoad
from bench.measure import Measure, Plan, Row, Target
from bench.ours.paths import KEPT
from bench.rounds import ratio
from bench.world import World


def cached_read(world: World, plan: Plan) -> list[Row]:
    """A kept answer, sent or found unchanged, against a Flask view that only writes the same document."""
    ours, flask = world.gateway(), world.bare_flask()
    etag = requests.get(ours.url + KEPT, timeout=10).headers["ETag"]
    loads = {
        "ours": HttpLoad(ours.url + KEPT, (ours.pid,)),
        "unchanged": HttpLoad(ours.url + KEPT, (ours.pid,), headers={"If-None-Match": etag}),
        "flask": HttpLoad(flask.url + "/answer", (flask.pid,)),
    }
    check_same_answer({name: loads[name] for name in ("ours", "flask")})
    found = take_turns(loads, plan)
    against = "bare Flask `jsonify` view, same gunicorn settings"
    return [
        Row("cached public read", against, ratio(found["ours"], found["flask"]), Target(least=1.5),
            beside(found, "ours", "flask")),
        Row("cached public read: CPU a request", against, ratio(found["ours"], found["flask"], cpu)),
        Row("cached public read, unchanged (304)", against, ratio(found["unchanged"], found["flask"]),
            Target(least=1.7), beside(found, "unchanged", "flask")),
    ]  # fmt: skip


MEASURES = (Measure("cached", cached_read),)
