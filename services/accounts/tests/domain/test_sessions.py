from datetime import UTC, datetime, timedelta

import pytest

from accounts.domain.sessions import Family, Verdict, judge, next_expiry

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FAMILY = Family(generation=3, rotated_at=NOW, rotation_key="key-3", expires_at=NOW + timedelta(days=1), revoked=False)


@pytest.mark.parametrize(
    ("generation", "key", "later", "verdict"),
    [
        (3, "key-4", 0, Verdict.ROTATE),
        (2, "key-3", 0, Verdict.REPEAT),
        (2, "key-3", 60, Verdict.REPEAT),
        (2, "key-3", 61, Verdict.REUSED),
        (2, "other", 0, Verdict.REUSED),
        (1, "key-3", 0, Verdict.REUSED),
        (4, "key-3", 0, Verdict.REUSED),
        (3, "key-4", 86_400, Verdict.OVER),
    ],
)
def test_only_the_newest_token_counts(generation: int, key: str, later: int, verdict: Verdict) -> None:
    assert judge(FAMILY, generation, key, NOW + timedelta(seconds=later)) is verdict


def test_a_revoked_family_stays_over() -> None:
    assert judge(FAMILY._replace(revoked=True), 3, "key-4", NOW) is Verdict.OVER


def test_use_prolongs_a_residents_session_only() -> None:
    later = NOW + timedelta(hours=1)
    assert next_expiry("staff", FAMILY.expires_at, later) == FAMILY.expires_at
    assert next_expiry("resident", FAMILY.expires_at, later) == later + timedelta(days=60)
