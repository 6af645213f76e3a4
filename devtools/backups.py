"""`./dev backup` and `./dev restore`: one service's data, while the others run."""

import argparse
import os
from datetime import datetime
from pathlib import Path

from devtools import installation
from devtools.progress import Refusal, say
from kit import backup
from kit.clock import utcnow


def take(asked: argparse.Namespace) -> int:
    """Writes the backup into a folder and prints where."""
    service = installation.known_service(asked.service)
    running = installation.chosen(compose=asked.compose)
    folder = Path(asked.folder) if asked.folder else running.home.path / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = utcnow()
    file = folder / f"{service}-{now:%Y%m%dT%H%M%SZ}.backup"
    with running.database(service) as db:
        count = backup.dump(db, service, file, now)
    say(f"{count} documents of {service}, {file.stat().st_size} bytes: {os.path.relpath(file)}")
    return 0


def put_back(asked: argparse.Namespace) -> int:
    """Puts a backup in the place of the service's data; the service is away meanwhile, the others are not."""
    service = installation.known_service(asked.service)
    running = installation.chosen(compose=asked.compose)
    file = Path(asked.file)
    taken_at = _taken_at(service, file)
    say(f"putting back what {service} held at {taken_at:%Y-%m-%d %H:%M:%S} UTC …")
    with running.away(service), running.database(service) as db:
        count = backup.restore(db, service, file, utcnow())
        running.prepare(service)  # the backup may be of an earlier version
    say(f"{count} documents put back; {service} works on")
    return 0


def _taken_at(service: str, file: Path) -> datetime:
    try:
        head = backup.check(service, file)
    except (backup.Damaged, OSError) as error:
        raise Refusal(f"{file}: {error}") from None
    at: datetime = head["taken_at"]
    return at
