"""The RPC caller against a real broker and stock nameko services."""

import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import amqp
import msgpack
import orjson
import pytest

from kit.broker import open_connection
from kit.errors import ServiceError
from kit.rpc import caller as rpc_caller
from kit.rpc.breaker import MOST_FAILURES, OPEN_SECONDS, RETRIES_AT_LEAST
from kit.rpc.caller import EXCHANGE, ConnectionLost, NoAnswer, RpcCaller, Terms
from kit.testing import Stack, wait_until
from kit.testing_relay import Relay

HERE = Path(__file__).parent


class StockProcess:
    """A stock nameko service in a process of its own, under a name nobody else has."""

    def __init__(self, amqp_url: str) -> None:
        self.name = f"stock_{uuid.uuid4().hex[:10]}"
        self._url = amqp_url
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [str(Path(sys.executable).parent / "nameko"), "run", "--broker", self._url, "stock_service"]
        environment = {**os.environ, "STOCK_NAME": self.name, "PYTHONPATH": str(HERE)}
        self._process = subprocess.Popen(command, cwd=HERE, env=environment, stderr=subprocess.DEVNULL)
        wait_until(lambda: self.listeners() > 0)

    def freeze(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def listeners(self) -> int:
        connection = open_connection(self._url)
        try:
            return int(connection.channel().queue_declare(f"rpc-{self.name}", passive=True).consumer_count)
        except amqp.NotFound:
            return 0
        finally:
            connection.close()

    def forget(self) -> None:
        connection = open_connection(self._url)
        connection.channel().queue_delete(f"rpc-{self.name}")
        connection.close()


@pytest.fixture(scope="module")
def stock(stack: Stack) -> Iterator[StockProcess]:
    process = StockProcess(stack["amqp_url"])
    process.start()
    yield process
    process.kill()
    process.forget()


@pytest.fixture
def caller(stack: Stack) -> Iterator[RpcCaller]:
    caller = RpcCaller(stack["amqp_url"])
    yield caller
    caller.close()


@pytest.fixture
def relay(stack: Stack) -> Iterator[Relay]:
    parts = urlsplit(stack["amqp_url"])
    relay = Relay(parts.hostname or "127.0.0.1", parts.port or 5672)
    yield relay
    relay.close()


@pytest.fixture
def relayed(stack: Stack, relay: Relay) -> Iterator[RpcCaller]:
    parts = urlsplit(stack["amqp_url"])
    caller = RpcCaller(parts._replace(netloc=f"{parts.username}:{parts.password}@127.0.0.1:{relay.port}").geturl())
    yield caller
    caller.close()


def outcome(caller: RpcCaller, service: str, method: str, arguments: dict[str, object], **options: object) -> str:
    try:
        caller.call(service, method, arguments, Terms(**options))  # type: ignore[arg-type]
    except ServiceError as error:
        return type(error).__name__
    return "answered"


def waiting(caller: RpcCaller) -> int:
    assert caller._line is not None
    link = caller._line._link
    return len(link._waiting) if link else 0


@pytest.mark.parametrize(
    "value",
    [None, 0, "", "崔村镇", {"a": [1, None, True]}, "字" * 1_000_000],
    ids=["null", "zero", "empty", "chinese", "nested", "3 MB"],
)
def test_an_answer_comes_back_unchanged(caller: RpcCaller, stock: StockProcess, value: object) -> None:
    assert caller.call(stock.name, "echo", {"value": value}) == value
    assert orjson.loads(caller.call_raw(stock.name, "echo", {"value": value})) == value


def test_many_threads_each_get_their_own_answer(caller: RpcCaller, stock: StockProcess) -> None:
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda n: caller.call(stock.name, "echo", {"value": n}, Terms(timeout=30)), range(400)))
    assert answers == list(range(400))
    assert waiting(caller) == 0


def test_greenlets_each_get_their_own_answer(stack: Stack, stock: StockProcess) -> None:
    script = """
from gevent import monkey; monkey.patch_all()
import sys, gevent.pool
from kit.rpc.caller import RpcCaller, Terms
caller = RpcCaller(sys.argv[1])
pool, terms = gevent.pool.Pool(50), Terms(timeout=30)
answers = pool.map(lambda n: caller.call(sys.argv[2], "echo", {"value": n}, terms), range(300))
assert answers == list(range(300)), answers
caller.close()
print("all there")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, stack["amqp_url"], stock.name],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )
    assert done.stdout.strip() == "all there", done.stderr


def test_opens_anew_in_a_forked_process(caller: RpcCaller, stock: StockProcess) -> None:
    assert caller.call(stock.name, "echo", {"value": 1}) == 1
    child = os.fork()
    if child == 0:
        os._exit(0 if outcome(caller, stock.name, "echo", {"value": 2}) == "answered" else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert caller.call(stock.name, "echo", {"value": 3}) == 3


def test_a_call_ends_at_its_deadline_and_its_late_answer_disturbs_nobody(
    caller: RpcCaller, stock: StockProcess
) -> None:
    began = time.monotonic()
    with pytest.raises(NoAnswer):
        caller.call(stock.name, "wait", {"seconds": 1.0}, Terms(timeout=0.5))
    assert 0.45 < time.monotonic() - began < 0.9
    time.sleep(1)
    assert caller.call(stock.name, "echo", {"value": "next"}) == "next"
    assert waiting(caller) == 0


def test_what_broke_inside_a_service_stays_inside(caller: RpcCaller, stock: StockProcess) -> None:
    with pytest.raises(ServiceError) as caught:
        caller.call(stock.name, "fail", {})
    assert caught.value.code == "internal"
    assert "13800138000" not in caught.value.detail


def test_a_method_that_does_not_exist_is_an_internal_error(caller: RpcCaller, stock: StockProcess) -> None:
    assert outcome(caller, stock.name, "no_such_method", {}) == "ServiceError"


@pytest.mark.parametrize("command", [False, True])
def test_a_service_that_was_never_deployed_is_unavailable_at_once(caller: RpcCaller, command: bool) -> None:
    outcome(caller, "nobody", "warm_up", {})
    began = time.monotonic()
    assert outcome(caller, "nobody", "echo", {}, command=command) == "Unavailable"
    assert time.monotonic() - began < 0.1


def test_the_first_call_ever_to_an_absent_service_is_quick_too(caller: RpcCaller) -> None:
    began = time.monotonic()
    assert outcome(caller, "nobody_either", "echo", {}) == "Unavailable"
    assert time.monotonic() - began < 1.5


def test_a_stopped_service_is_noticed_and_a_restarted_one_found_again(caller: RpcCaller, stack: Stack) -> None:
    service = StockProcess(stack["amqp_url"])
    service.start()
    try:
        assert caller.call(service.name, "echo", {"value": 1}) == 1
        service.kill()
        began = time.monotonic()
        assert outcome(caller, service.name, "echo", {}) == "Unavailable"
        assert time.monotonic() - began < 4
        began = time.monotonic()
        assert outcome(caller, service.name, "echo", {}) == "Unavailable"
        assert time.monotonic() - began < 0.1

        results: list[str] = []
        command = threading.Thread(
            target=lambda: results.append(outcome(caller, service.name, "echo", {}, command=True, timeout=15))
        )
        command.start()
        service.start()
        command.join()
        assert results == ["answered"]
        wait_until(lambda: outcome(caller, service.name, "echo", {}) == "answered")
    finally:
        service.kill()
        service.forget()


def test_every_call_is_settled_when_the_line_is_cut(relayed: RpcCaller, relay: Relay, stock: StockProcess) -> None:
    assert relayed.call(stock.name, "echo", {"value": 1}) == 1
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(outcome, relayed, stock.name, "wait", {"seconds": 3}, timeout=10) for _ in range(8)]
        wait_until(lambda: waiting(relayed) == 8)
        began = time.monotonic()
        relay.cut()
        assert {call.result() for call in calls} == {"ConnectionLost"}
        assert time.monotonic() - began < 0.5
    assert relayed.call(stock.name, "echo", {"value": 2}, Terms(timeout=10)) == 2
    assert waiting(relayed) == 0


def test_calls_in_a_storm_of_cuts_all_end_and_in_time(relayed: RpcCaller, relay: Relay, stock: StockProcess) -> None:
    over = threading.Event()
    seen: Counter[str] = Counter()
    slowest = [0.0]

    def call_on() -> None:
        while not over.is_set():
            began = time.monotonic()
            seen[outcome(relayed, stock.name, "echo", {"value": "x" * 2000}, timeout=3)] += 1
            slowest[0] = max(slowest[0], time.monotonic() - began)

    threads = [threading.Thread(target=call_on) for _ in range(8)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(10):
            before = seen["answered"]
            wait_until(lambda before=before: seen["answered"] > before + 10)  # type: ignore[misc]
            relay.cut()
    finally:
        over.set()
    for thread in threads:
        thread.join(10)
    assert not any(thread.is_alive() for thread in threads)
    assert set(seen) <= {"answered", "ConnectionLost", "Unavailable"}
    assert slowest[0] < 3.5


def test_a_call_that_may_run_twice_is_sent_again(relayed: RpcCaller, relay: Relay, stock: StockProcess) -> None:
    assert relayed.call(stock.name, "echo", {"value": 1}) == 1
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(relayed.call, stock.name, "wait", {"seconds": 1}, Terms(timeout=15, retry=True))
        wait_until(lambda: waiting(relayed) == 1)
        relay.cut()
        assert call.result() == 1


def test_without_a_broker_reads_end_soon_and_commands_wait_for_its_return(
    relayed: RpcCaller, relay: Relay, stock: StockProcess
) -> None:
    assert relayed.call(stock.name, "echo", {"value": 1}) == 1
    relay.refuse()
    wait_until(lambda: not relayed.is_connected())
    began = time.monotonic()
    assert outcome(relayed, stock.name, "echo", {}, timeout=10) == "Unavailable"
    assert time.monotonic() - began < 2.5
    began = time.monotonic()
    assert outcome(relayed, stock.name, "echo", {}, timeout=10) == "Unavailable"
    assert time.monotonic() - began < 0.1
    with ThreadPoolExecutor(1) as pool:
        command = pool.submit(outcome, relayed, stock.name, "echo", {}, timeout=12, command=True)
        time.sleep(0.5)
        relay.allow()
        assert command.result() == "answered"


def test_a_cut_while_a_call_registers_does_not_leave_it_waiting(stack: Stack, stock: StockProcess) -> None:
    caller = RpcCaller(stack["amqp_url"])
    assert caller.call(stock.name, "echo", {"value": 1}) == 1
    assert caller._line is not None
    link = caller._line._link
    assert link is not None
    link.lose()
    with pytest.raises(ConnectionLost), link.expecting("too late"):
        pass
    caller.close()


def test_no_more_than_a_bounded_number_of_calls_pile_up(caller: RpcCaller, stock: StockProcess) -> None:
    caller.call(stock.name, "echo", {})
    with ThreadPoolExecutor(300) as pool:
        seen = Counter(pool.map(lambda _: outcome(caller, stock.name, "wait", {"seconds": 2}, timeout=6), range(300)))
    assert seen["Unavailable"] >= 300 - 256
    wait_until(lambda: outcome(caller, stock.name, "echo", {"value": 1}, timeout=10) == "answered")


def test_a_service_that_answers_nobody_is_spared_until_one_call_is_answered(
    caller: RpcCaller, stock: StockProcess
) -> None:
    caller.call(stock.name, "echo", {})
    stock.freeze()
    try:
        slow = [outcome(caller, stock.name, "echo", {}, timeout=0.05) for _ in range(MOST_FAILURES)]
        assert set(slow) == {"NoAnswer"}
        began = time.monotonic()
        refused = [outcome(caller, stock.name, "echo", {}, timeout=5, command=True) for _ in range(50)]
        assert set(refused) == {"Unavailable"}
        assert time.monotonic() - began < 0.5
        time.sleep(OPEN_SECONDS)
        with ThreadPoolExecutor(5) as pool:
            seen = Counter(pool.map(lambda _: outcome(caller, stock.name, "echo", {}, timeout=0.5), range(5)))
        assert seen == {"NoAnswer": 1, "Unavailable": 4}
    finally:
        stock.thaw()
    wait_until(lambda: outcome(caller, stock.name, "echo", {}) == "answered", every=0.1)


def test_refusals_and_another_services_silence_close_no_door(caller: RpcCaller, stock: StockProcess) -> None:
    for _ in range(MOST_FAILURES * 2):
        outcome(caller, stock.name, "fail", {})
        outcome(caller, f"nobody_{uuid.uuid4().hex[:6]}", "echo", {}, timeout=0.05)
    assert outcome(caller, stock.name, "echo", {}) == "answered"


def test_a_storm_of_cuts_is_not_doubled_by_retries(relayed: RpcCaller, relay: Relay, stock: StockProcess) -> None:
    relayed.call(stock.name, "echo", {})
    with ThreadPoolExecutor(60) as pool:
        calls = [
            pool.submit(outcome, relayed, stock.name, "wait", {"seconds": 0.5}, timeout=15, command=True, retry=True)
            for _ in range(60)
        ]
        wait_until(lambda: waiting(relayed) >= 50)
        relay.cut()
        seen = Counter(call.result() for call in calls)
    assert seen["answered"] >= RETRIES_AT_LEAST, seen
    assert seen["ConnectionLost"] >= 60 - RETRIES_AT_LEAST - 60 * 0.1 - 10


def test_who_tries_again_waits_for_another_link_than_the_one_that_a_sender_found_lost(
    caller: RpcCaller, stock: StockProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller.call(stock.name, "echo", {})
    hang_up = rpc_caller.hang_up
    monkeypatch.setattr(rpc_caller, "hang_up", lambda line: threading.Timer(0.5, hang_up, [line]).start())
    with ThreadPoolExecutor(15) as pool:
        calls = [
            pool.submit(outcome, caller, stock.name, "wait", {"seconds": 0.5}, timeout=15, command=True, retry=True)
            for _ in range(15)
        ]
        wait_until(lambda: waiting(caller) == 15)
        link = caller._line and caller._line._link
        assert link is not None
        link.lose()  # as a sender does whose write fails, before the reader knows
        assert Counter(call.result() for call in calls) == {"answered": 15}


def test_bytes_travel_as_bytes(caller: RpcCaller, stack: Stack) -> None:
    """A stock service refuses MessagePack unless told; so the other end here is a bare consumer."""
    name = f"bytes_{uuid.uuid4().hex[:10]}"
    connection = open_connection(stack["amqp_url"])
    channel = connection.channel()
    channel.queue_declare(f"rpc-{name}", auto_delete=True)
    channel.queue_bind(f"rpc-{name}", EXCHANGE, f"{name}.*")

    def mirror(message: amqp.Message) -> None:
        call = msgpack.unpackb(bytes(message.body))
        answer = amqp.Message(
            msgpack.packb({"result": call["kwargs"], "error": None}),
            correlation_id=message.properties["correlation_id"],
            content_type=message.properties["content_type"],
        )
        channel.basic_publish(answer, EXCHANGE, message.properties["reply_to"])

    channel.basic_consume(f"rpc-{name}", no_ack=True, callback=mirror)
    threading.Thread(target=lambda: connection.drain_events(timeout=10), daemon=True).start()
    data = bytes(range(256)) * 1024
    assert caller.call(name, "mirror", {"data": data}, Terms(binary=True)) == {"data": data}


def test_the_deadline_and_the_callers_headers_travel(caller: RpcCaller, stack: Stack) -> None:
    name = f"headers_{uuid.uuid4().hex[:10]}"
    connection = open_connection(stack["amqp_url"])
    channel = connection.channel()
    channel.queue_declare(f"rpc-{name}", auto_delete=True)
    channel.queue_bind(f"rpc-{name}", EXCHANGE, f"{name}.*")
    seen: list[amqp.Message] = []
    channel.basic_consume(f"rpc-{name}", no_ack=True, callback=seen.append)
    with pytest.raises(NoAnswer):
        caller.call(name, "anything", {}, Terms(timeout=0.5, headers={"nameko.auth_token": "t"}))
    connection.drain_events(timeout=5)
    headers = seen[0].headers
    assert headers["nameko.auth_token"] == "t"
    assert abs(headers["nameko.deadline"] - time.time() * 1000) < 3000
    assert 0 < int(seen[0].properties["expiration"]) <= 500
    connection.close()


def test_what_has_arrived_is_taken_by_few_calls_to_the_system(stack: Stack) -> None:
    connection = open_connection(stack["amqp_url"])
    channel = connection.channel()
    queue = channel.queue_declare(exclusive=True).queue
    for number in range(50):
        channel.basic_publish(amqp.Message(f"{number}"), routing_key=queue)
    calls, bodies = [], []
    receive = connection.transport._quick_recv
    connection.transport._quick_recv = lambda wanted: calls.append(wanted) or receive(wanted)
    channel.basic_consume(queue, no_ack=True, callback=lambda message: bodies.append(message.body))
    while len(bodies) < 50:
        connection.drain_events(timeout=5)
    connection.close()
    assert bodies == [f"{number}" for number in range(50)]
    assert len(calls) < 50  # of nine for each message
