"""Points at which a test may kill the process, to prove that nothing acknowledged is lost there.

A point does nothing unless `FAULTS_DIR` is set and holds a file of the point's name; the file is consumed, so that
exactly one process dies.
"""

import os
import signal
from pathlib import Path


def point(name: str) -> None:
    """Die here, as by `kill -9`, when a test has armed this point."""
    folder = os.environ.get("FAULTS_DIR")
    if not folder:
        return
    try:
        Path(folder, name).unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
