"""A port on this machine that leads, through one `docker exec`, to a server that compose publishes nowhere.

All connections share the exec: what goes through it is cut into frames of connection number, length and bytes. A frame
of no bytes ends its connection; the first one of a connection opens it.
"""

import itertools
import socket
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import IO

from devtools.progress import Refusal

CHUNK = 65536
HEAD = struct.Struct(">II")

_FAR_END = """
import socket, struct, sys, threading
HEAD, told, ways = struct.Struct(">II"), threading.Lock(), {}
def tell(number, data):
    with told:
        sys.stdout.buffer.write(HEAD.pack(number, len(data)) + data)
        sys.stdout.buffer.flush()
def listen(number, way):
    try:
        while data := way.recv(65536):
            tell(number, data)
    except OSError:
        pass
    tell(number, b"")
def end(number):
    way = ways.pop(number, None)
    try:
        way and way.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
while head := sys.stdin.buffer.read(HEAD.size):
    number, length = HEAD.unpack(head)
    data = sys.stdin.buffer.read(length)
    try:
        if data and number not in ways:
            ways[number] = socket.create_connection((sys.argv[1], int(sys.argv[2])), 10)
            ways[number].settimeout(None)
            threading.Thread(target=listen, args=(number, ways[number]), daemon=True).start()
        ways[number].sendall(data) if data else end(number)
    except OSError:
        tell(number, b"")
        end(number)
"""


@contextmanager
def tunnel(within: Callable[..., Sequence[str]], host: str, port: int) -> Iterator[int]:
    """The local port that leads to `host:port` as a container sees it; `within` makes the command to run there.

    The client speaks first. When the container goes, connections end; the next one asks `within` anew.
    """
    near = _NearEnd(lambda: within("python", "-c", _FAR_END, host, str(port)))
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        threading.Thread(target=near.serve, args=(listener,), daemon=True).start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            near.close()


class _NearEnd:
    def __init__(self, command: Callable[[], Sequence[str]]) -> None:
        self._command = command
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._clients: dict[int, socket.socket] = {}
        self._exec: subprocess.Popen[bytes] | None = None

    def serve(self, listener: socket.socket) -> None:
        with suppress(OSError):  # the tunnel is closed
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def close(self) -> None:
        with self._lock:
            process, self._exec = self._exec, None
        if process is not None:
            process.kill()
            process.wait()

    def _carry(self, client: socket.socket) -> None:
        number = next(self._numbers)
        self._clients[number] = client
        with suppress(OSError, Refusal):  # lost under way, or no container runs to go through
            while data := client.recv(CHUNK):
                self._send(number, data)
            self._send(number, b"")
        self._end(number)

    def _send(self, number: int, data: bytes) -> None:
        with self._lock:
            if self._exec is None or self._exec.poll() is not None:
                self._exec = subprocess.Popen(self._command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                threading.Thread(target=self._carry_back, args=(self._exec.stdout,), daemon=True).start()
            assert self._exec.stdin
            self._exec.stdin.write(HEAD.pack(number, len(data)) + data)
            self._exec.stdin.flush()

    def _carry_back(self, source: IO[bytes]) -> None:
        while len(head := source.read(HEAD.size)) == HEAD.size:
            number, length = HEAD.unpack(head)
            data = source.read(length)
            client = self._clients.get(number)
            if client is None:
                continue
            with suppress(OSError):
                client.sendall(data)
            if not data:
                self._end(number)
        for number in list(self._clients):
            self._end(number)

    def _end(self, number: int) -> None:
        client = self._clients.pop(number, None)
        if client is not None:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)
            client.close()
