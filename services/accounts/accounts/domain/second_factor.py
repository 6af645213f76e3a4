"""The second factor of staff: a time-based code (RFC 6238, 30 s, six digits) or a recovery code."""

import hmac
import secrets
from datetime import datetime

import pyotp

STEP_SECONDS = 30
WINDOW = 1
RECOVERY_CODES = 10
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011", "- ")


def new_secret() -> str:
    """160 random bits in Base32, as authenticator apps take them."""
    return pyotp.random_base32()


def enrolment_uri(secret: str, username: str, issuer: str) -> str:
    """The ``otpauth://`` address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=issuer)


def step_of(now: datetime) -> int:
    """The number of 30-second steps since 1970."""
    return int(now.timestamp()) // STEP_SECONDS


def matching_step(secret: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step that ``code`` belongs to, or None. Steps up to ``last_step`` were used already and never count again."""
    otp, here = pyotp.TOTP(secret), step_of(now)
    matches = [
        step
        for step in range(here - WINDOW, here + WINDOW + 1)
        if hmac.compare_digest(otp.generate_otp(step).encode(), code.encode())
    ]
    return next((step for step in matches if step > last_step), None)


def new_recovery_codes() -> list[str]:
    """Ten codes of 60 bits for a lost authenticator, each good once: ``7K3F-9QXA-M2PD``."""
    return [_grouped("".join(secrets.choice(_CROCKFORD) for _ in range(12))) for _ in range(RECOVERY_CODES)]


def canonical_recovery_code(text: str) -> str:
    """The code as it was issued, however it was typed (case, dashes, O for 0, I or L for 1)."""
    return text.upper().translate(_LOOKALIKES)


def _grouped(code: str) -> str:
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))
