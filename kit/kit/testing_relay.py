"""A TCP relay between a client and the broker, so that tests can cut the line."""

import contextlib
import select
import socket
import threading


class Relay:
    """Listens on a free port of 127.0.0.1 and passes bytes both ways until it is cut or closed."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._open = True
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Breaks every connection at once; new ones are taken again."""
        pairs, self._pairs = self._pairs, []
        for end in (end for pair in pairs for end in pair):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def refuse(self) -> None:
        """Breaks every connection and turns away new ones, as a broker does that is down."""
        self._open = False
        self.cut()

    def allow(self) -> None:
        """Takes connections again."""
        self._open = True

    def close(self) -> None:
        """Ends the relay."""
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self._open:
                    server = socket.create_connection(self._target)
                    self._pairs.append((client, server))
                    threading.Thread(target=self._pass, args=(client, server), daemon=True).start()
                else:
                    client.close()

    def _pass(self, client: socket.socket, server: socket.socket) -> None:
        other = {client: server, server: client}
        with contextlib.suppress(OSError), client, server:
            while True:
                for end in select.select([client, server], [], [])[0]:
                    data = end.recv(65536)
                    if not data:
                        return
                    other[end].sendall(data)
