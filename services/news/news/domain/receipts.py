"""Receipt codes: 16 characters (80 bits, which nobody guesses) by which whoever sent a tip follows it."""

from news.domain.numbers import CHARACTERS

LENGTH = 16
GROUP = 4
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "Ｏ": "0", "Ｉ": "1", "Ｌ": "1"})


def code_of(digest: str) -> str:
    """The code that stands for a digest (hexadecimal, 80 bits at least), as people write it down."""
    value = int(digest, 16)
    characters = [CHARACTERS[(value >> (5 * place)) % 32] for place in range(LENGTH)]
    return "-".join("".join(characters[at : at + GROUP]) for at in range(0, LENGTH, GROUP))


def plain(written: str) -> str:
    """The code as it is compared, however it was typed: letters that look like digits count as those."""
    return "".join(written.upper().translate(_MISREAD).split()).replace("-", "").replace("－", "")
