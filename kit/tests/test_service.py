"""The service side of RPC and events, on a real process, a real broker and a stock nameko client."""

import base64
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import amqp
import pytest
from nameko.exceptions import RemoteError
from nameko.standalone.rpc import ClusterRpcProxy
from pymongo import MongoClient

from demo_service import SCHEMA
from issuer_keys import make_issuer
from kit import broker, identity, mongo, outbox, topology
from kit.clock import utcnow
from kit.migrate import complete
from kit.rpc import codec
from kit.testing import Stack, wait_until
from span_collector import Collector

ROOT = Path(__file__).parents[2]
CONTRACT = topology.Contract(
    "demo",
    rpc=("greet", "think", "put", "refuse", "break_down", "lose_database", "health"),
    consumes={"demo.seen": ("demo.thing_put.v1",), "demo.revocations": ("accounts.session_revoked.v1",)},
)


class Demo:
    """The demo service as a process, with its own database and keys."""

    def __init__(self, stack: Stack, folder: Path, database: mongo.Db) -> None:
        self.amqp_url: str = stack["amqp_url"]
        self.database = database
        self.folder = folder
        self.faults = folder / "faults"
        self.faults.mkdir()
        self.keys = {name: make_issuer(folder, name) for name in ("accounts", "gateway", "demo")}
        sealing = {"active": "k", "keys": {"k": base64.b64encode(bytes(32)).decode()}, "index_key": "AAAA"}
        (folder / "sealing.json").write_text(json.dumps(sealing))
        self.mongo_url = _with_database(stack["mongo_url"], database.name)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environment = {
            **os.environ,
            "AMQP_URL": self.amqp_url,
            "MONGO_URL": self.mongo_url,
            "SECRETS_DIR": str(self.folder),
            "FAULTS_DIR": str(self.faults),
            "PYTHONPATH": str(Path(__file__).parent),
        }
        config = self.folder / "config.yml"
        config.write_text("AMQP_URI: ${AMQP_URL}\n")
        nameko = Path(sys.executable).with_name("nameko")
        command = [nameko, "run", "--config", config, "demo_service:DemoService"]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)
        wait_until(self.answers, every=0.2)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
        if self.process is not None:
            self.process.wait(15)

    def restart(self) -> None:
        self.stop(signal.SIGKILL)
        self.start()

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def answers(self) -> bool:
        channel = self.channel()
        try:
            return bool(channel.queue_declare("rpc-demo", passive=True).consumer_count)
        finally:
            channel.connection.close()

    def channel(self) -> Any:
        return broker.open_connection(self.amqp_url).channel()

    def token(self, kind: str, subject: str, *roles: str, sid: str = "s") -> str:
        signer = identity.TokenSigner(self.keys["accounts"], "accounts")
        return signer.sign(subject, {"kind": kind, "roles": roles, "sid": sid}, utcnow(), 900)

    def visitor(self) -> str:
        return identity.TokenSigner(self.keys["gateway"], "gateway").for_service(utcnow())

    def call(self, method: str, token: str | None, **fields: Any) -> Any:
        context = {"auth_token": token, "client_ip": "203.0.113.9", "device": "a1"} if token else {}
        with ClusterRpcProxy({"AMQP_URI": self.amqp_url}, context_data=context, timeout=30) as rpc:
            return getattr(rpc.demo, method)(**fields)


def _with_database(url: str, name: str) -> str:
    head, _, options = url.partition("?")
    base = head.split("//", 1)
    host = base[1].split("/")[0]
    source = "&authSource=admin" if "@" in host and "authSource" not in options else ""
    return f"{base[0]}//{host}/{name}?{options}{source}"


@pytest.fixture(scope="module")
def demo(
    stack: Stack, mongo_client: MongoClient[mongo.Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Demo]:
    database = mongo_client[f"test_demo_{uuid.uuid4().hex[:8]}"]
    mongo.apply(complete(SCHEMA), database)
    topology.declare(stack["amqp_url"], topology.topology([CONTRACT]))
    made = Demo(stack, tmp_path_factory.mktemp("demo"), database)
    made.start()
    yield made
    made.stop()
    mongo_client.drop_database(database.name)


def test_a_stock_client_is_answered_and_the_caller_is_known(demo: Demo) -> None:
    answer = demo.call("greet", demo.token("resident", "r_1"), name="张三")
    assert answer == {"text": "您好，张三", "caller": "r_1", "address": "203.0.113.9", "device": "a1"}


@pytest.mark.parametrize("token", [None, "forged", "role"])
def test_without_proof_or_role_nothing_runs(demo: Demo, token: str | None) -> None:
    proof = demo.token("staff", "s_1", "editor") if token == "role" else token
    with pytest.raises(RemoteError) as caught:
        demo.call("put", proof, name="forbidden", idempotency_key="k")
    assert caught.value.exc_type == ("Forbidden" if token == "role" else "Unauthenticated")
    assert demo.database.things.count_documents({"name": "forbidden"}) == 0


def raw_call(demo: Demo, method: str, body: bytes, content_type: str = "application/json") -> dict[str, Any]:
    """A request as bytes, and the reply as it lies on the wire."""
    channel = demo.channel()
    queue = channel.queue_declare("", exclusive=True).queue
    key = str(uuid.uuid4())
    channel.queue_bind(queue, "nameko-rpc", key)
    headers = {"nameko.auth_token": demo.token("staff", "s_1", "clerk")}
    message = amqp.Message(
        body, content_type=content_type, reply_to=key, correlation_id="c1", application_headers=headers
    )
    channel.basic_publish(message, "nameko-rpc", f"demo.{method}")
    got = wait_until(lambda: channel.basic_get(queue, no_ack=True))
    channel.connection.close()
    assert got.properties["correlation_id"] == "c1"
    return {"body": got.body, "content_type": got.properties["content_type"]}


@pytest.mark.parametrize(
    ("method", "body", "exc_type"),
    [
        ("greet", b"{", "Malformed"),
        ("greet", b"[]", "MalformedRequest"),
        ("greet", b'{"args":["x"],"kwargs":{}}', "MalformedRequest"),
        ("greet", b'{"args":[],"kwargs":{"name":""}}', "Invalid"),
        ("greet", b'{"args":[],"kwargs":{"name":{"$gt":""}}}', "Invalid"),
        ("greet", b'{"args":[],"kwargs":{"name":"a","more":1}}', "Invalid"),
        ("no_such_method", b'{"args":[],"kwargs":{}}', "MethodNotFound"),
        ("__init__", b'{"args":[],"kwargs":{}}', "MethodNotFound"),
        ("refuse", b'{"args":[],"kwargs":{"name":"a"}}', "Conflict"),
        ("lose_database", b'{"args":[],"kwargs":{"name":"a"}}', "Unavailable"),
        ("break_down", b'{"args":[],"kwargs":{"name":"secret"}}', "KeyError"),
    ],
)
def test_every_failure_is_answered_and_the_service_goes_on(demo: Demo, method: str, body: bytes, exc_type: str) -> None:
    reply = json.loads(raw_call(demo, method, body)["body"])
    assert reply["result"] is None
    assert reply["error"]["exc_type"] == exc_type
    assert "secret" not in str(reply)
    assert demo.call("greet", demo.visitor(), name="a")["caller"] == "gateway"


def test_bytes_travel_as_messagepack(demo: Demo) -> None:
    call = {"args": [], "kwargs": {"name": "bytes", "data": bytes(range(256)) * 1024, "idempotency_key": "k"}}
    reply = raw_call(demo, "put", codec.encode(call, codec.MSGPACK), codec.MSGPACK)
    assert reply["content_type"] == codec.MSGPACK
    assert codec.decode(reply["body"], codec.MSGPACK)["result"] == {"size": 256 * 1024}


def put(demo: Demo, name: str) -> None:
    demo.call("put", demo.token("staff", "s_1", "clerk"), name=name, idempotency_key=name.replace(" ", "-"))


def seen(demo: Demo, name: str) -> list[int]:
    return [row["times"] for row in demo.database.seen.find({"name": name})]


def test_an_event_is_relayed_handled_once_and_cleared(demo: Demo) -> None:
    put(demo, "plain")
    wait_until(lambda: seen(demo, "plain") == [1])
    wait_until(lambda: demo.database.things.count_documents({"_outbox": {"$exists": True}}) == 0)


def test_a_failed_handler_is_tried_again_later(demo: Demo) -> None:
    put(demo, "fails once")
    wait_until(lambda: seen(demo, "fails once") == [2])


def test_what_is_no_event_is_parked_and_the_next_is_handled(demo: Demo) -> None:
    channel = demo.channel()
    channel.queue_purge("demo.seen.parked")
    channel.basic_publish(amqp.Message(b"not json"), "demo.events", "demo.thing_put.v1")
    wait_until(lambda: channel.queue_declare("demo.seen.parked", passive=True).message_count == 1)
    put(demo, "after noise")
    wait_until(lambda: seen(demo, "after noise") == [1])
    channel.connection.close()


def test_a_letter_that_failed_for_the_last_time_is_parked_with_its_reason(demo: Demo) -> None:
    channel = demo.channel()
    channel.queue_purge("demo.seen.parked")
    body = json.dumps(
        {
            "id": "e-last",
            "type": "demo.thing_put.v1",
            "subject": "always fails",
            "seq": 1,
            "time": utcnow().isoformat(),
            "data": {},
        }
    )
    channel.basic_publish(amqp.Message(body, application_headers={"x-attempt": 3}), "demo.events", "demo.thing_put.v1")
    letter = wait_until(lambda: channel.basic_get("demo.seen.parked", no_ack=True))
    assert letter.headers["x-error"] == "RuntimeError"
    assert json.loads(letter.body)["id"] == "e-last"
    channel.connection.close()


def test_letters_that_fail_all_at_once_are_parked_one_after_the_other(demo: Demo) -> None:
    channel, process = demo.channel(), demo.process
    channel.queue_purge("demo.seen.parked")
    told = {"type": "demo.thing_put.v1", "subject": "always fails", "seq": 1, "time": utcnow().isoformat(), "data": {}}
    for number in range(40):
        body = "not json" if number % 4 == 0 else json.dumps({**told, "id": f"e-crowd-{number}"})
        letter = amqp.Message(body, application_headers={"x-attempt": 3})
        channel.basic_publish(letter, "demo.events", "demo.thing_put.v1")
    wait_until(lambda: channel.queue_declare("demo.seen.parked", passive=True).message_count >= 40)
    assert demo.process is process and not demo.died(), (demo.folder / "log").read_text()[-3000:]
    channel.queue_purge("demo.seen.parked")
    channel.connection.close()


def test_an_event_that_cannot_be_written_holds_no_other_up(demo: Demo, database: mongo.Db) -> None:
    good, odd = (outbox.event("demo.thing_put.v1", name, 1, {}, utcnow()) for name in ("beside odd ones", "odd"))
    database.things.create_indexes([outbox.PENDING_INDEX])
    database.things.insert_many(
        [
            {"_id": 1, "_outbox": [{**odd, "data": {"bytes": b"\xff"}}]},
            {"_id": 2, "_outbox": [{"time": utcnow()}, good]},
        ]
    )
    publisher = broker.ConfirmedPublisher(demo.amqp_url)
    assert outbox.Relay(database, ("things",), "demo.events", publisher).relay() == 1
    publisher.close()
    wait_until(lambda: seen(demo, "beside odd ones") == [1])
    assert [len(thing["_outbox"]) for thing in database.things.find()] == [1, 1]


class PutsBack(broker.ConfirmedPublisher):
    """Meanwhile somebody puts the document back as it was without its event."""

    def __init__(self, url: str, things: Any) -> None:
        super().__init__(url)
        self._things = things

    def publish(self, letters: Sequence[broker.Letter]) -> set[int]:
        taken = super().publish(letters)
        self._things.replace_one({"_id": 1}, {"_id": 1})
        return taken


def test_clearing_an_event_that_is_gone_leaves_nothing_behind(demo: Demo, database: mongo.Db) -> None:
    database.things.create_indexes([outbox.PENDING_INDEX])
    database.things.insert_one({"_id": 1, "_outbox": [outbox.event("demo.thing_put.v1", "gone", 1, {}, utcnow())]})
    publisher = PutsBack(demo.amqp_url, database.things)
    assert outbox.Relay(database, ("things",), "demo.events", publisher).relay() == 1
    assert database.things.find_one({"_id": 1}) == {"_id": 1}
    publisher.close()


def test_revocation_reaches_the_service_by_event(demo: Demo) -> None:
    token = demo.token("resident", "r_gone", sid="gone")
    demo.call("greet", token, name="a")
    channel = demo.channel()
    data = {"subject": "r_gone", "before": utcnow().isoformat()}
    body = json.dumps(
        {
            "id": "e-gone",
            "type": "accounts.session_revoked.v1",
            "subject": "r_gone",
            "seq": 1,
            "time": utcnow().isoformat(),
            "data": data,
        }
    )
    channel.basic_publish(amqp.Message(body), "accounts.events", "accounts.session_revoked.v1")
    channel.connection.close()

    def refused() -> bool:
        try:
            demo.call("greet", token, name="a")
        except RemoteError as error:
            return error.exc_type == "Unauthenticated"
        return False

    wait_until(refused)


@pytest.mark.parametrize("point", ["outbox.before_publish", "outbox.after_publish"])
def test_killed_at_a_point_of_the_relay_the_event_still_has_one_effect(demo: Demo, point: str) -> None:
    (demo.faults / point).touch()
    put(demo, point)
    wait_until(demo.died)
    demo.start()
    wait_until(lambda: len(seen(demo, point)) == 1 and seen(demo, point)[0] >= 1)
    wait_until(lambda: demo.database.things.count_documents({"_outbox": {"$exists": True}}) == 0)


@pytest.mark.parametrize("point", ["rpc.before_reply", "rpc.before_ack"])
def test_killed_around_the_reply_the_request_is_answered_after_all(demo: Demo, point: str) -> None:
    with ThreadPoolExecutor(1) as pool:
        (demo.faults / point).touch()
        asked = pool.submit(demo.call, "greet", demo.visitor(), name="again")
        wait_until(demo.died)
        demo.start()
        assert asked.result(15)["text"] == "您好，again"


def test_a_cut_connection_is_made_again(demo: Demo) -> None:
    put(demo, "before the cut")
    for _ in range(3):
        demo.restart()
    put(demo, "after the cut")
    wait_until(lambda: len(seen(demo, "after the cut")) == 1)


def test_told_to_stop_it_finishes_and_ends_cleanly(demo: Demo) -> None:
    put(demo, "last")
    demo.stop(signal.SIGTERM)
    assert demo.process is not None
    assert demo.process.returncode == 0
    assert demo.database["_leases"].count_documents({"_id": "outbox"}) == 0
    demo.start()


def test_told_to_stop_it_answers_what_it_took_and_takes_nothing_new(demo: Demo) -> None:
    with ThreadPoolExecutor(3) as pool:
        taken = [pool.submit(demo.call, "think", demo.visitor(), name=f"taken {number}") for number in range(2)]
        wait_until(lambda: demo.database.seen.count_documents({"_id": {"$regex": "^taken"}}) == 2)
        assert demo.process is not None
        demo.process.send_signal(signal.SIGTERM)
        wait_until(lambda: not demo.answers())
        late = pool.submit(demo.call, "think", demo.visitor(), name="late")
        assert [answer.result(30)["text"] for answer in taken] == ["您好，taken 0", "您好，taken 1"]
        assert demo.process.wait(15) == 0
        assert demo.database.seen.find_one({"_id": "late"}) is None
        demo.start()
        assert late.result(30)["text"] == "您好，late"
    assert {row["times"] for row in demo.database.seen.find({"_id": {"$regex": "^taken"}})} == {1}


def test_an_event_carries_the_trace_in_which_it_happened(demo: Demo) -> None:
    trace = uuid.uuid4().hex
    context = {"auth_token": demo.token("staff", "s_1", "clerk"), "traceparent": f"00-{trace}-{'1' * 16}-01"}
    with ClusterRpcProxy({"AMQP_URI": demo.amqp_url}, context_data=context, timeout=30) as rpc:
        rpc.demo.put(name="traced", idempotency_key="traced")
    wait_until(lambda: len(seen(demo, "traced")) == 1)
    traces = {row["trace"] for row in demo.database.seen.find({"name": "traced"})}
    assert {text.split("-")[1] for text in traces} == {trace}


@pytest.fixture
def collector(demo: Demo, monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """A collector to which the demo service, started anew, sends its spans."""
    made = Collector()
    with monkeypatch.context() as told:
        told.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", made.address)
        told.setenv("OTEL_BSP_SCHEDULE_DELAY", "200")
        demo.restart()
        yield made
    demo.restart()
    made.close()


def test_spans_hang_below_each_other_from_the_caller_to_the_event(demo: Demo, collector: Collector) -> None:
    trace, above = uuid.uuid4().hex, "1" * 16
    context = {"auth_token": demo.token("staff", "s_1", "clerk"), "traceparent": f"00-{trace}-{above}-01"}
    with ClusterRpcProxy({"AMQP_URI": demo.amqp_url}, context_data=context, timeout=30) as rpc:
        rpc.demo.put(name="spanned", idempotency_key="spanned")
    wait_until(lambda: collector.named("put") and collector.named("see"))
    (put,), (handled,) = collector.named("put"), collector.named("see")
    assert {put.trace_id.hex(), handled.trace_id.hex()} == {trace}
    assert put.parent_span_id.hex() == above
    assert handled.parent_span_id == put.span_id
    assert {attribute.key: attribute.value.string_value for attribute in put.attributes} == {"outcome": "ok"}
