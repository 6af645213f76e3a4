"""What operating commands work on: the stack of ./dev up, or the one that compose has deployed."""

import urllib.parse
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from devtools import compose_secrets, manager, parts, stackfile
from devtools.compose import DEPLOYED, Compose
from devtools.database import name_for
from devtools.deploying import Release
from devtools.home import Home
from devtools.progress import Refusal
from devtools.stack import Stack, prepare, until_ready
from devtools.tunnel import tunnel
from kit.mongo import Db, connect


class Installation(Protocol):
    """A running stack, as far as an operator needs to reach into it."""

    home: Home

    def broker_url(self) -> AbstractContextManager[str]:
        """Where the broker's administrator signs in."""

    def database(self, service: str) -> AbstractContextManager[Db]:
        """A service's own database."""

    def away(self, service: str) -> AbstractContextManager[None]:
        """Takes a service away for a while; its callers are told that it is."""

    def prepare(self, service: str) -> None:
        """Migrates what the service keeps and loads the district's data."""

    def renew(self, service: str) -> None:
        """Replaces a service's processes, which then read today's data and keys; no request fails meanwhile."""

    def within(self, service: str, module: str) -> None:
        """Runs one of the service's own commands."""


def chosen(*, compose: bool) -> Installation:
    """The installation that was asked for. Raises Refusal when it does not run."""
    return Deployed(Home.chosen(usual=DEPLOYED)) if compose else Developed(Home.chosen())


class Developed:
    """The stack of ./dev up."""

    def __init__(self, home: Home) -> None:
        self.home = home
        told = stackfile.read(home)
        if told is None:
            raise Refusal("The stack does not run: ./dev up (for the one that compose has started: --compose)")
        self._told = told

    @contextmanager
    def broker_url(self) -> Iterator[str]:
        yield str(self._told["amqp_url"])

    @contextmanager
    def database(self, service: str) -> Iterator[Db]:
        with connect(self._told["mongo_url"]) as client:
            yield client[name_for(service)]

    @contextmanager
    def away(self, service: str) -> Iterator[None]:
        stack = self._stack().locate()
        manager.stop_part(self.home, service)
        try:
            yield
        finally:
            manager.start_part(self.home, service)
            until_ready(parts.part_named(service), stack.site)

    def prepare(self, service: str) -> None:
        prepare(parts.part_named(service), self._stack().locate().site)

    def renew(self, service: str) -> None:
        self._stack().renew(service)

    def within(self, service: str, module: str) -> None:
        self._stack().locate().run_for(service, module)

    def _stack(self) -> Stack:
        return Stack(self.home, manager.states(self.home))


class Deployed:
    """The stack that compose has started. Broker and database are reached through an instance of some service."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._compose = Compose(home)

    @contextmanager
    def broker_url(self) -> Iterator[str]:
        with self._tunnel("broker", 5672) as port:
            yield compose_secrets.broker_url(self.home, f"127.0.0.1:{port}")

    @contextmanager
    def database(self, service: str) -> Iterator[Db]:
        with self._tunnel("database", 27017) as port, connect(self._mongo_url(service, port)) as client:
            yield client[name_for(service)]

    def _mongo_url(self, service: str, port: int) -> str:
        """The service's own user's; the tunnel knows only one member of the replica set."""
        url = urllib.parse.urlsplit(compose_secrets.mongo_url(self.home, service, f"127.0.0.1:{port}"))
        return url._replace(query="directConnection=true").geturl()

    def _tunnel(self, host: str, port: int) -> AbstractContextManager[int]:
        return tunnel(lambda *command: self._compose.command_within("gateway", *command), host, port)

    @contextmanager
    def away(self, service: str) -> Iterator[None]:
        self._compose.run("stop", service)
        try:
            yield
        finally:
            self._compose.run("start", service)
            self._compose.until_healthy(service)

    def prepare(self, service: str) -> None:
        Release(self._compose, service).prepare()

    def renew(self, service: str) -> None:
        Release(self._compose, service).renew()

    def within(self, service: str, module: str) -> None:
        print(self._compose.within(service, "python", "-m", module), end="")


def known_service(name: str) -> str:
    """The name, if a service has it. Raises Refusal otherwise."""
    if name not in compose_secrets.SERVICES:
        raise Refusal(f"There is no service {name}. Services: {', '.join(compose_secrets.SERVICES)}")
    return name
