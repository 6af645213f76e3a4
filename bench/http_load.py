"""Load by wrk: so many connections, each asking again as soon as it is answered."""

import json
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench import processes
from bench.rounds import Sample
from devtools import machine

SCRIPT = Path(__file__).with_name("http_load.lua")


class Disturbed(Exception):
    """Answers were not what was asked for: the round measures nothing."""


@dataclass(frozen=True)
class HttpLoad:
    """What is asked, over how many connections, and whose CPU time counts."""

    url: str
    pids: tuple[int, ...]
    connections: int = 16
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    tokens: Iterable[str] = ()

    def run(self, seconds: int, warm_up: int) -> Sample:
        """One round, after some seconds to warm up. Raises `Disturbed` unless every answer was a success."""
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            arguments = self._arguments(Path(folder))
            if warm_up:
                self._wrk(warm_up, arguments)
            before = processes.cpu_seconds(self.pids)
            told = self._wrk(seconds, arguments)
            spent = processes.cpu_seconds(self.pids) - before
        if not told["requests"]:
            raise Disturbed(f"{self.url} answered nothing within {seconds} s")
        return Sample(
            rate=told["requests"] / told["microseconds"] * 1e6,
            cpu=spent / told["requests"] * 1e6,
            p50=told["p50"],
            p99=told["p99"],
        )

    def warm_up(self, seconds: int) -> None:
        """A round that counts for nothing."""
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            self._wrk(seconds, self._arguments(Path(folder)))

    def _arguments(self, folder: Path) -> list[str]:
        arguments = [self.method, *(f"{name}={value}" for name, value in self.headers.items())]
        if self.body:
            (folder / "body").write_text(self.body, "utf-8")
            arguments += ["--body", str(folder / "body")]
        if tokens := list(self.tokens):
            (folder / "tokens").write_text("\n".join(tokens), "ascii")
            arguments += ["--tokens", str(folder / "tokens")]
        return arguments

    # wrk counts whole seconds.
    def _wrk(self, seconds: int, arguments: list[str]) -> dict[str, float]:
        command = [
            machine.need("wrk", "wrk"),
            "-t1",
            f"-c{self.connections}",
            f"-d{seconds}s",
            "--timeout",
            "20s",
            "-s",
            str(SCRIPT),
            self.url,
        ]
        done = subprocess.run(
            [*command, "--", *arguments], capture_output=True, text=True, timeout=seconds + 60, check=False
        )
        line = next((line for line in done.stdout.splitlines() if line.startswith("SUMMARY")), None)
        if line is None:
            raise Disturbed(f"wrk said nothing: {done.stdout}{done.stderr}")
        told: dict[str, float] = json.loads(line.removeprefix("SUMMARY "))
        if told["refused"] or told["broken"]:
            raise Disturbed(f"{self.url}: {line}")
        return told
