from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from accounts.domain.second_factor import (
    canonical_recovery_code,
    enrolment_uri,
    matching_step,
    new_recovery_codes,
    new_secret,
    step_of,
)

NOW = datetime(2026, 11, 23, 4, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(moment: datetime) -> str:
    return pyotp.TOTP(SECRET).at(moment)


@pytest.mark.parametrize("drift", [-30, 0, 30])
def test_one_step_of_drift_is_forgiven(drift: int) -> None:
    moment = NOW + timedelta(seconds=drift)
    assert matching_step(SECRET, code_at(moment), NOW, last_step=0) == step_of(moment)


@pytest.mark.parametrize("drift", [-60, 60, 3600])
def test_more_drift_is_not(drift: int) -> None:
    assert matching_step(SECRET, code_at(NOW + timedelta(seconds=drift)), NOW, last_step=0) is None


def test_a_code_counts_once_and_never_backwards() -> None:
    assert matching_step(SECRET, code_at(NOW), NOW, last_step=step_of(NOW)) is None
    assert matching_step(SECRET, code_at(NOW - timedelta(seconds=30)), NOW, last_step=step_of(NOW)) is None
    assert matching_step(SECRET, code_at(NOW + timedelta(seconds=30)), NOW, last_step=step_of(NOW)) == step_of(NOW) + 1


@pytest.mark.parametrize("code", ["", "12345", "一二三四五六", "0" * 1000])
def test_nonsense_is_no_code(code: str) -> None:
    assert matching_step(SECRET, code, NOW, last_step=0) is None


def test_secrets_differ_and_enrol() -> None:
    assert new_secret() != new_secret()
    assert enrolment_uri(SECRET, "wangli", "昌平").startswith("otpauth://totp/")


def test_recovery_codes_are_distinct_and_forgiving_to_type() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert canonical_recovery_code(" 7k3f-9qxa-m2po ") == "7K3F9QXAM2P0"
    assert canonical_recovery_code(codes[0].lower()) == canonical_recovery_code(codes[0])
