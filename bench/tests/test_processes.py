"""What processes cost, seen from outside."""

import subprocess
import sys

from bench import processes

BUSY = """
import subprocess, sys, time
work = "import time\\nwhile time.process_time() < 0.5: pass\\nprint('spent', flush=True)\\ntime.sleep(60)"
child = subprocess.Popen([sys.executable, "-c", work])
block = bytearray(60_000_000)
sys.stdin.read()
child.kill()
"""


def test_time_and_memory_of_a_process_and_its_children_are_seen() -> None:
    process = subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"spent\n"
        assert len(processes.tree([process.pid])) == 2
        assert 0.5 <= processes.cpu_seconds([process.pid]) < 5
        assert processes.peak_megabytes(process.pid)[process.pid] > 60
    finally:
        process.communicate()


def test_a_process_that_has_gone_costs_nothing() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert processes.cpu_seconds([process.pid]) == 0
