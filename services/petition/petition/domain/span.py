"""The time that a list of requests looks through: 90 days at most, the newest unless said otherwise (GeoReport v2)."""

from datetime import datetime, timedelta

from petition.domain.refusals import BadValue

LONGEST = timedelta(days=90)

Span = tuple[datetime, datetime]


def span(since: datetime | None, until: datetime | None, now: datetime) -> Span:
    """First and last instant. One of them alone is the end from which `LONGEST` is counted; none: what is newest.

    Raises `BadValue` (until) for an end before the beginning, or more than `LONGEST` after it.
    """
    if since is None:
        last = until or now
        return last - LONGEST, last
    if until is None:
        return since, since + LONGEST
    if until < since:
        raise BadValue("until", "结束时间不能早于开始时间")
    if until - since > LONGEST:
        raise BadValue("until", f"时间跨度不能超过{LONGEST.days}天")
    return since, until
