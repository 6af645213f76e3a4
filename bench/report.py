"""The table, on the screen and in results.md, with the machine's facts."""

import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.measure import Plan, Row
from bench.world import World
from devtools import machine
from kit.broker import open_connection

HEADING = """# Measured

By `./dev bench`; README.md says how to read it. Each section tells when it was measured and how busy the machine was.
"""
HEAD = ("what", "against", "ratio or figure (low–high)", "target", "verdict", "absolute figures")


def facts(world: World) -> list[str]:
    """What the figures depend on."""
    memory = int(Path("/proc/meminfo").read_text("ascii").split()[1]) / 1024 / 1024
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("nameko", "kombu", "amqp", "flask", "gunicorn", "gevent", "pymongo")
    )
    busy = os.getloadavg()[0]
    return [
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB memory, Linux {platform.release()}",
        f"Python {platform.python_version()}, RabbitMQ {_rabbitmq(world)}, MongoDB {_mongod(world)}",
        f"{libraries}; load by wrk {_wrk()}",
        f"load average when measuring began: {busy:.1f}, the measure before it included",
    ]


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    lines = [HEAD, tuple("---" for _ in HEAD)]
    lines += [(row.what, row.against, _figure(row), str(row.target or "–"), row.verdict, row.beside) for row in rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def keep(path: Path, told: Sequence[str], plan: Plan, fresh: Mapping[str, Sequence[Row]], order: Sequence[str]) -> None:
    """Writes the sections of what was measured into the report; those of other measures stay as they were."""
    sections = _sections(path.read_text("utf-8") if path.exists() else "")
    at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    how = f"{at}, {plan.rounds} rounds of {plan.seconds} s"
    facts_ = "".join(f"- {line}\n" for line in told)
    sections |= {name: f"## {name}\n\n{how}\n\n{facts_}\n{table(rows)}" for name, rows in fresh.items()}
    path.write_text("\n".join([HEADING, *(sections[name] for name in order if name in sections)]), "utf-8")


def _sections(text: str) -> dict[str, str]:
    """The sections of a report by their names."""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0].removeprefix("## "): f"{part.rstrip()}\n" for part in parts}


def _figure(row: Row) -> str:
    unit = row.target.unit if row.target else "×"
    return f"{row.figure} {unit}" if row.figure.low != row.figure.high else f"{row.figure.median:,.0f} {unit}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _rabbitmq(world: World) -> str:
    connection = open_connection(world.site.administrator_url)
    told = str(connection.server_properties["version"])
    connection.close()
    return told


def _mongod(world: World) -> str:
    return str(world.client().server_info()["version"])


def _wrk() -> str:
    told = subprocess.run([machine.need("wrk", "wrk"), "-v"], capture_output=True, text=True, check=False).stdout
    return told.split()[1].rpartition("/")[2] if told else "?"
