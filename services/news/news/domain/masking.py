"""Numbers and the like by which somebody could be reached, taken out of what more people read than were told."""

import re

MASK = "＊＊＊"
_REACHABLE = re.compile(r"\d(?:[ -]?\d){6,}|(?=[A-Za-z_]*\d)[A-Za-z0-9_]{6,}", re.ASCII)


def masked(words: str) -> str:
    """The words without telephone and identity numbers, plates, and names of accounts that have a digit."""
    return _REACHABLE.sub(MASK, words)
