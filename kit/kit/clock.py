"""The one place that reads the machine's clock."""

from datetime import UTC, datetime


def utcnow() -> datetime:
    """Now, in UTC, to the millisecond, which is what MongoDB keeps: a value survives storing."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)
