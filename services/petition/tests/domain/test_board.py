"""领导看板: the spans cover all time, once."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from petition.domain import board

NOW = datetime(2026, 11, 18, 2, tzinfo=UTC)


def test_the_spans_follow_each_other_without_gaps_and_now_is_where_late_ends() -> None:
    found = board.stretches(NOW)
    assert [one.span for one in found] == list(board.SPANS)
    assert (found[0].since, found[-1].until) == (None, None)
    assert all(one.until == following.since for one, following in pairwise(found))
    assert next(one.until for one in found if one.span == board.LATE[-1]) == NOW
    assert found[3].until == NOW + timedelta(days=1)
