"""The name that a resident shows to others."""

import unicodedata

LONGEST = 20
_HIDDEN = {"Cc", "Cf", "Co", "Cs", "Zl", "Zp"}


class BadNickname(ValueError):
    """The message says what is wrong, in Chinese."""


def default(account: str) -> str:
    """What a resident is called until he chooses: ``居民`` and the last four characters of the account."""
    return f"居民{account[-4:]}"


def clean(text: str) -> str:
    """Without hidden characters, with single spaces. Raises BadNickname when empty, too long or official."""
    visible = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in _HIDDEN)
    name = " ".join(visible.split())
    if not 1 <= len(name) <= LONGEST:
        raise BadNickname(f"昵称须为1至{LONGEST}个字")
    if any(word in name for word in ("官方", "管理员", "工作人员")):
        raise BadNickname("昵称不能让人误认为是工作人员")
    return name
