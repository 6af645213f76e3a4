"""A service made of the kit alone, run as a process by test_service.py."""

import logging
import time
from typing import ClassVar

from pydantic import Field
from pymongo import IndexModel
from pymongo.errors import ServerSelectionTimeoutError

from kit import logs, outbox, service
from kit.clock import utcnow
from kit.contract import Command, Request, View
from kit.errors import Conflict
from kit.events import Event, on_event
from kit.identity import Caller
from kit.mongo import Schema
from kit.rpc.entrypoint import rpc

logging.getLogger("amqp").setLevel(logging.WARNING)

SCHEMA = Schema({"things": [outbox.PENDING_INDEX, IndexModel("name", name="by_name")], "seen": []})


class Greet(Request):
    name: str = Field(title="姓名", min_length=1, max_length=10)


class Greeting(View):
    text: str
    caller: str
    address: str
    device: str


def greeting(name: str, caller: Caller) -> Greeting:
    return Greeting(text=f"您好，{name}", caller=caller.id, address=caller.client_ip, device=caller.device)


class Put(Command):
    name: str = Field(title="名称")
    data: bytes = b""


class Stored(View):
    size: int


class DemoService(service.Service):
    name: ClassVar[str] = "demo"
    outbox = outbox.Outbox("things")

    @rpc(allow={"anyone"})
    def greet(self, request: Greet) -> Greeting:
        """Says hello to whoever calls."""
        return greeting(request.name, self.caller)

    @rpc(allow={"clerk"})
    def put(self, request: Put) -> Stored:
        """Stores a thing and tells of it."""
        entry = outbox.event("demo.thing_put.v1", request.name, 1, {"name": request.name}, utcnow())
        self.db.things.insert_one({"name": request.name, "_outbox": [entry]})
        self.outbox.wake()
        return Stored(size=len(request.data))

    @rpc(allow={"anyone"})
    def think(self, request: Greet) -> Greeting:
        """Says hello after two seconds; the database knows when it has begun."""
        self.db.seen.update_one({"_id": request.name}, {"$inc": {"times": 1}}, upsert=True)
        time.sleep(2)
        return greeting(request.name, self.caller)

    @rpc(allow={"anyone"})
    def refuse(self, request: Greet) -> Greeting:
        """Refuses."""
        raise Conflict("已经办过了。", extra={"state": "done"})

    @rpc(allow={"anyone"})
    def break_down(self, request: Greet) -> Greeting:
        """Fails in a way that nobody foresaw."""
        raise KeyError(request.name)

    @rpc(allow={"anyone"})
    def lose_database(self, request: Greet) -> Greeting:
        """Finds the database gone."""
        raise ServerSelectionTimeoutError("127.0.0.1:1")

    @on_event(queue="demo.seen", types=("demo.thing_put.v1",))
    def see(self, event: Event) -> None:
        """Counts how often it saw an event; fails on some names, as they ask."""
        seen = {"name": event.subject, "trace": logs.traceparent()}
        self.db.seen.update_one({"_id": event.id}, {"$inc": {"times": 1}, "$set": seen}, upsert=True)
        times = self.db.seen.find_one({"_id": event.id})["times"]
        if event.subject == "always fails" or (event.subject == "fails once" and times == 1):
            raise RuntimeError(event.subject)
