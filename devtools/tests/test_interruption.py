"""A signal is not missed, also where Python drops what its handler raises."""

import subprocess
import sys

from devtools.tests.conftest import ROOT

PROGRAM = """
import io, signal, {imports}

class Line(io.IOBase):
    def close(self):
        signal.raise_signal(signal.SIGTERM)

{listen}
line = Line()
del line
{heed}
print("went on")
{heed}
print("undisturbed")
"""


def run(imports: str, listen: str, heed: str) -> "subprocess.CompletedProcess[str]":
    program = PROGRAM.format(imports=imports, listen=listen, heed=heed)
    return subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_pythons_own_handler_loses_a_signal_while_something_is_closed() -> None:
    done = run("sys", "signal.signal(signal.SIGTERM, signal.default_int_handler)", "pass")
    assert done.stdout == "went on\nundisturbed\n", done.stderr


def test_who_heeds_hears_of_it_once() -> None:
    once = "try: interruption.heed()\nexcept KeyboardInterrupt: print('asked to stop')"
    done = run("devtools.interruption as interruption", "interruption.listen()", once)
    assert done.stdout == "asked to stop\nwent on\nundisturbed\n", done.stderr
