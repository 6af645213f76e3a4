"""Starting, dying, recovering and stopping, with real processes."""

import os
import signal
import socket
import stat
import subprocess
import time
import urllib.request
from collections.abc import Callable

import pytest

from devtools.tests.conftest import ROOT, Place
from kit.broker import open_connection
from kit.mongo import connect

pytestmark = pytest.mark.timeout(300)


def becomes_true(condition: Callable[[], bool], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.1)
    return condition()


def alive(pid: int) -> bool:
    try:
        return open(f"/proc/{pid}/stat").read().split()[2] != "Z"
    except OSError:
        return False


def broker_answers(place: Place) -> bool:
    try:
        open_connection(place.facts()["amqp_url"]).close()
    except OSError:
        return False
    return True


def test_dev_alone_explains_itself_in_a_screen(make_place: Callable[[], Place]) -> None:
    done = make_place().dev()
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) <= 24
    for command in ("up", "down", "status", "logs", "restart", "test", "check", "contracts", "dead-letters", "secrets"):
        assert f"./dev {command}" in done.stdout


def test_stack_file_is_the_owners_alone_and_has_only_what_runs(place: Place) -> None:
    assert stat.S_IMODE(place.stack_file.stat().st_mode) == 0o600
    facts = place.facts()
    assert set(facts) == {"sandbox_url", "amqp_url", "mongo_url", "pids", "sign_ins"}
    assert set(facts["pids"]) == {"broker", "database", "sandbox"}
    assert all(alive(pid) for pid in facts["pids"].values())


def test_a_second_up_says_that_it_runs_and_changes_nothing(place: Place) -> None:
    before = place.facts()
    done = place.dev("up", "-d")
    assert done.returncode == 0
    assert "already running" in done.stdout
    assert place.facts() == before


def test_status_logs_and_wrong_names(place: Place) -> None:
    assert "sandbox" in place.dev("status").stdout
    assert "Listening at" in place.dev("logs", "sandbox").stdout
    for wrong in (("logs", "fax"), ("restart", "fax"), ("up", "-d", "--only", "fax")):
        done = place.dev(*wrong)
        if wrong[0] != "up":
            assert done.returncode == 1
            assert "fax" in done.stdout


@pytest.mark.parametrize("part", ["sandbox", "broker", "database"])
def test_a_killed_part_comes_back_and_its_new_pid_is_told(place: Place, part: str) -> None:
    before = place.facts()["pids"][part]
    os.kill(before, signal.SIGKILL)
    assert becomes_true(lambda: place.facts()["pids"].get(part) not in (None, before))
    assert becomes_true(lambda: broker_answers(place))
    with connect(place.facts()["mongo_url"]) as client:
        assert client.admin.command("ping")["ok"] == 1
    assert becomes_true(lambda: _sandbox_answers(place), 120)


def test_restart_gives_a_part_a_new_process(place: Place) -> None:
    before = place.facts()["pids"]["sandbox"]
    done = place.dev("restart", "sandbox")
    assert done.returncode == 0, done.stdout
    assert not alive(before)
    assert becomes_true(lambda: place.facts()["pids"].get("sandbox") not in (None, before), 5)


@pytest.mark.large
def test_data_survive_and_a_killed_run_is_recovered_with_its_ports_taken(make_place: Callable[[], Place]) -> None:
    place = make_place()
    place.up("broker,database")
    ports = {name: place.facts()[name].rsplit(":", 1)[1] for name in ("amqp_url", "mongo_url")}
    with connect(place.facts()["mongo_url"]) as client:
        client.kept.things.insert_one({"_id": 1})
    with open_connection(place.facts()["amqp_url"]) as connection:
        channel = connection.channel()
        channel.queue_declare("kept", durable=True, auto_delete=False)
    orphans = place.facts()["pids"].values()
    os.kill(place.manager_pid(), signal.SIGKILL)
    assert all(alive(pid) for pid in orphans), "the parts outlive their manager: that is what must be recovered"
    place.up("broker,database")
    assert not any(alive(pid) for pid in orphans)
    assert {name: place.facts()[name].rsplit(":", 1)[1] for name in ports} == ports, "the ports are remembered"
    place.dev("down")
    taken = [_take(int(url.split("/")[0])) for url in ports.values()]
    try:
        place.up("broker,database")
    finally:
        for listener in taken:
            listener.close()
    assert place.facts()["mongo_url"].rsplit(":", 1)[1] != ports["mongo_url"]
    with connect(place.facts()["mongo_url"]) as client:
        assert client.kept.things.count_documents({}) == 1
    with open_connection(place.facts()["amqp_url"]) as connection:
        connection.channel().queue_declare("kept", passive=True)


def in_foreground(place: Place, *arguments: str) -> "subprocess.Popen[bytes]":
    """Starts `./dev` as a terminal does. Tests that run in the background have SIGINT ignored, and pass that on."""
    return subprocess.Popen(
        ["./dev", *arguments],
        cwd=ROOT,
        env=place.environment,
        stdin=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def how_far(place: Place, run: "subprocess.Popen[bytes]") -> str:
    """What there is of a start that hangs: its processes and what each waits for, and what the manager wrote."""
    shown = ["ps", "--forest", "-o", "pid,etime,stat,wchan:30,args", "-e"]
    processes = subprocess.run(shown, capture_output=True, text=True, check=False).stdout
    logs = [f"{file.name}:\n{file.read_text()[-1500:]}" for file in (place.path / "home").glob("logs/*.log")]
    return "\n".join([f"exit code {run.poll()}, {place.pids()}", processes, *logs])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_the_end_of_a_foreground_run_ends_all_it_started_and_nothing_else(
    make_place: Callable[[], Place], number: signal.Signals
) -> None:
    place, neighbour = make_place(), make_place()
    neighbour.up("sandbox")
    run = in_foreground(place, "up", "--only", "database,sandbox")
    assert becomes_true(place.stack_file.exists)
    run.send_signal(number)
    run.wait(100)
    assert becomes_true(lambda: place.pids() == [])
    assert alive(neighbour.facts()["pids"]["sandbox"])


def test_interrupted_while_it_starts_nothing_stays(make_place: Callable[[], Place]) -> None:
    place = make_place()
    run = in_foreground(place, "up", "-d", "--only", "broker,database")
    assert becomes_true(lambda: len(place.pids()) > 2, 150), how_far(place, run)
    run.send_signal(signal.SIGINT)
    assert run.wait(100) != 0
    assert becomes_true(lambda: place.pids() == [])
    assert not place.stack_file.exists()


def test_servers_given_from_outside_are_used_and_none_is_started(place: Place, make_place: Callable[[], Place]) -> None:
    guest = make_place()
    guest.write_contracts({"delta": {"service": "delta", "rpc": {"work": {}}}})
    given = {"AMQP_URL": place.facts()["amqp_url"], "MONGO_URL": place.facts()["mongo_url"]}
    guest.up("broker,database,sandbox", **given)
    assert set(guest.facts()["pids"]) == {"sandbox"}
    assert guest.facts()["amqp_url"] == given["AMQP_URL"]
    with open_connection(given["AMQP_URL"]) as connection:
        connection.channel().queue_declare("rpc-delta", passive=True)


def test_a_part_without_contract_is_refused_with_the_way_out(make_place: Callable[[], Place]) -> None:
    place = make_place()
    done = place.dev("up", "-d", "--only", "accounts")
    assert done.returncode == 1
    assert "./dev contracts" in done.stdout
    assert place.pids() == []


def test_down_without_a_stack_is_no_mistake(make_place: Callable[[], Place]) -> None:
    place = make_place()
    assert place.dev("down").returncode == 0
    assert place.dev("status").returncode == 1


def _take(port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen()
    return listener


def _sandbox_answers(place: Place) -> bool:
    try:
        with urllib.request.urlopen(f"{place.facts()['sandbox_url']}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
