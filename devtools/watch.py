"""Keeps the pids in stack.json true: the process manager starts this and tells it whenever a part changes its state."""

import sys
import time
from pathlib import Path

from devtools import stackfile
from devtools.home import Home

SETTLING_SECONDS = 0.1  # the manager tells that it starts a part a moment before the part has a pid


def main() -> None:
    """Speaks the manager's listener protocol: READY, an event, RESULT, and again."""
    home = Home(Path(sys.argv[1]))
    while True:
        _answer("READY\n")
        header = sys.stdin.readline()
        if not header:
            return
        fields = dict(pair.split(":", 1) for pair in header.split())
        sys.stdin.read(int(fields["len"]))
        time.sleep(SETTLING_SECONDS)
        stackfile.renew_pids(home)
        _answer("RESULT 2\nOK")


def _answer(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
