"""What a staff password must be. Argon2id costs are OWASP's (19 MiB, two passes, one lane)."""

import unicodedata

SHORTEST = 12
LONGEST = 200
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
_KINDS_NEEDED = 3


class WeakPassword(ValueError):
    """The password breaks a rule; the message names the rule in Chinese."""


def normalise(password: str) -> str:
    """One spelling for what looks the same on another keyboard (NFKC, as NIST SP 800-63B advises)."""
    return unicodedata.normalize("NFKC", password)


def check(password: str, username: str) -> None:
    """Raises WeakPassword. Length and three kinds of character (等级保护 2.0), without the user name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"密码须为{SHORTEST}至{LONGEST}个字符")
    if _kinds(password) < _KINDS_NEEDED:
        raise WeakPassword("密码须包含大写字母、小写字母、数字、符号中的至少三种")
    if username.casefold() in password.casefold():
        raise WeakPassword("密码不能包含用户名")
    if len(set(password)) < SHORTEST // 2:
        raise WeakPassword("密码中重复的字符过多")


def _kinds(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())
    return sum(any(test(c) for c in password) for test in tests)
