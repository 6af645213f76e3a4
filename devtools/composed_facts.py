"""stack.json for a stack that compose runs: what it does not publish is reached through exec while this lasts."""

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from devtools import compose_secrets, secrets
from devtools.compose import Compose
from devtools.home import Home, write_atomically
from devtools.tunnel import tunnel

THROUGH = "local"  # an instance of this service stands at the near end of the tunnels


@contextmanager
def stack_file(home: Home, compose: Compose) -> Iterator[None]:
    """Writes the home's stack.json and keeps its addresses valid; removes it in the end."""

    def within(*command: str) -> list[str]:
        return compose.command_within(THROUGH, *command)

    servers = {"sandbox": 8002, "broker": 5672, "database": 27017, "gateway": 8001}
    with ExitStack() as tunnels:
        ports = {name: tunnels.enter_context(tunnel(within, name, port)) for name, port in servers.items()}
        administrator = compose_secrets.mongo_url(home, secrets.ADMINISTRATOR, f"127.0.0.1:{ports['database']}")
        facts = {
            "base_url": f"http://{compose.published('gateway', 8000)}",
            "metrics_url": f"http://127.0.0.1:{ports['gateway']}",
            "sandbox_url": f"http://127.0.0.1:{ports['sandbox']}",
            "amqp_url": compose_secrets.broker_url(home, f"127.0.0.1:{ports['broker']}"),
            "mongo_url": administrator.partition("?")[0] + "?directConnection=true",
            "pids": {},
            "sign_ins": json.loads(compose.within("accounts", "cat", "/demo/sign_ins.json")),
        }
        write_atomically(home.stack_file, facts)
        try:
            yield
        finally:
            home.stack_file.unlink(missing_ok=True)
