"""What a process is told and what it tells: settings, logs, fault points."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import BaseModel, Field, ValidationError
from pymongo.errors import DuplicateKeyError

from kit import faults, logs

SETTINGS = "from kit.settings import ServiceSettings, load; print(load(ServiceSettings).mongo_url)"
COMPLETE = {"AMQP_URL": "amqp://127.0.0.1", "MONGO_URL": "mongodb://127.0.0.1/x", "SECRETS_DIR": "secrets"}


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    path = {"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(
        [sys.executable, "-c", program], env={**path, **environment}, capture_output=True, text=True, check=False
    )


def test_settings_come_from_the_environment() -> None:
    assert run(SETTINGS, **COMPLETE).stdout.strip() == COMPLETE["MONGO_URL"]


def test_a_process_with_wrong_settings_says_which_and_ends() -> None:
    done = run(SETTINGS, MONGO_URL="mongodb://127.0.0.1/x", OUTBOX_POLL_SECONDS="soon")
    assert done.returncode == 78
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "setting AMQP_URL",
        "setting SECRETS_DIR",
        "setting OUTBOX_POLL_SECONDS",
    ]
    assert "Traceback" not in done.stderr


def line_of(message: str, **extra: object) -> dict[str, str]:
    record = logging.makeLogRecord({"msg": message, "name": "petition", "levelname": "INFO", **extra})
    written: dict[str, str] = json.loads(logs.JsonFormatter().format(record))
    return written


def test_a_log_line_is_json_with_its_trace_and_without_personal_data() -> None:
    token = logs.trace_id.set("4bf92f3577b34da6a3ce929d0e0e4736")
    written = line_of("居民 13812345678 来电", note="证件 110114199003077777", case="CP20261123-7K3F9Q")
    logs.trace_id.reset(token)
    assert written["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert (written["level"], written["logger"]) == ("INFO", "petition")
    assert written["message"] == "居民 138****78 来电"
    assert "19900307" not in str(written)
    assert written["case"] == "CP20261123-7K3F9Q"


def test_a_log_line_tells_when_it_was_written_and_what_broke() -> None:
    try:
        raise RuntimeError("居民李四")
    except RuntimeError:
        broken = line_of("failed", created=1795615200.25, msecs=250.0, exc_info=sys.exc_info(), where=Path("x"))
    assert broken["time"] == "2026-11-25T14:00:00.250Z"
    assert broken["exc_info"].startswith("Traceback")
    assert broken["exc_info"].endswith("\nRuntimeError")
    assert "test_process.py" in broken["exc_info"]
    assert broken["where"] == "x"


class Letter(BaseModel):
    text: Annotated[str, Field(max_length=3)]


def test_what_broke_is_told_without_what_somebody_wrote() -> None:
    """Messages of errors quote documents and what was asked."""
    wrote = "家住回龙观，电话 138 1234 5678"
    try:
        try:
            Letter(text=wrote)
        except ValidationError as error:
            raise DuplicateKeyError(f"dup key: {wrote}", 11000) from error
    except DuplicateKeyError:
        broken = line_of("failed", exc_info=sys.exc_info())["exc_info"]
    first, second = broken.rsplit("\nTraceback", 1)
    assert first.endswith("pydantic_core._pydantic_core.ValidationError: text string_too_long")
    assert second.endswith("pymongo.errors.DuplicateKeyError: 11000")
    assert wrote not in broken


@pytest.mark.parametrize("odd", ["\ud800", 2**70, {1: "x"}])
def test_a_log_line_is_written_whatever_is_in_it(odd: object) -> None:
    assert "odd" in line_of("x", odd=odd)


def test_longer_numbers_are_not_taken_for_phones() -> None:
    assert logs.mask("流水号 9138123456789") == "流水号 9138123456789"


@pytest.mark.parametrize("header", [None, "", "x", "00-short-span-01", "00-" + "a" * 31 + "-b-01"])
def test_a_broken_trace_header_is_no_trace(header: str | None) -> None:
    assert logs.trace_of(header) == ""


def test_a_trace_header_gives_its_trace() -> None:
    assert logs.trace_of(f"00-{'a' * 32}-{'b' * 16}-01") == "a" * 32


def test_an_armed_point_kills_one_process_once(tmp_path: Path) -> None:
    (tmp_path / "here").touch()
    program = "from kit.faults import point; point('elsewhere'); point('here'); print('alive')"
    first, second = (run(program, FAULTS_DIR=str(tmp_path)) for _ in range(2))
    assert (first.returncode, first.stdout) == (-9, "")
    assert (second.returncode, second.stdout) == (0, "alive\n")


def test_without_a_folder_no_point_does_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FAULTS_DIR", raising=False)
    faults.point("here")


def test_what_a_service_has_loaded_is_set_apart_at_its_start() -> None:
    done = run("import gc; from kit import service; service.Service.settled.start(); print(gc.get_freeze_count())")
    assert int(done.stdout) > 10_000, done.stderr
