"""Being asked to stop, by Ctrl-C or a signal, so that it is not missed.

The handler raises KeyboardInterrupt where the main thread is. Python drops what is raised while an object is being
closed by its finalizer, and asking the process manager does that with each answer: of signals that came while it was
asked, one in twelve was lost. What has been asked is therefore remembered as well, and long work heeds it.
"""

import signal
from types import FrameType
from typing import NoReturn

_asked = False


def listen() -> None:
    """From now on to be asked means KeyboardInterrupt. SIGINT stays ignored where whoever started us ignores it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGINT or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupt)


def heed() -> None:
    """Raises KeyboardInterrupt when it has been asked for and the exception got lost."""
    global _asked
    if _asked:
        _asked = False  # what is done on the way out goes on undisturbed
        raise KeyboardInterrupt


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    global _asked
    _asked = True
    raise KeyboardInterrupt
