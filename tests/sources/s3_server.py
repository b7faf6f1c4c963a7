"""A server that speaks S3, in a process of its own, and a proxy before it that counts and breaks off."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_COMMAND = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
"""


def server_python() -> str:
    """Return an interpreter that has moto: it wants versions of its own of libraries that prefit uses."""
    given = os.environ.get("PREFIT_S3_PYTHON") or str(ROOT / ".venv" / "s3" / "bin" / "python")
    if not Path(given).exists():
        pytest.fail(
            f"no S3 server at {given}: `make test` installs one in .venv/s3, or set PREFIT_S3_PYTHON", pytrace=False
        )
    return given


@contextlib.contextmanager
def serving() -> Iterator[int]:
    """Run the server and give its port."""
    process = subprocess.Popen(
        [server_python(), "-c", _COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.stdout.close()
        process.wait(10)


class Proxy:
    """Passes connections on; counts the bytes that come back, and breaks off where `breaks` says so.

    Attributes
    ----------
    n_bytes : int
        That the server sent.
    n_broken : int
        Connections that were broken off.
    breaks : callable
        Told the bytes that came back on a connection: whether to break it off.
    """

    def __init__(self, port: int) -> None:
        self.n_bytes = self.n_broken = 0
        self.breaks: Callable[[int], bool] = lambda _n_bytes: False
        self._server_port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._server_port))
            threading.Thread(target=self._pass, args=(client, server, False), daemon=True).start()
            threading.Thread(target=self._pass, args=(server, client, True), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, is_answer: bool) -> None:
        n_bytes = 0
        with contextlib.suppress(OSError), source, target:
            while data := source.recv(1 << 14):
                n_bytes += len(data)
                if is_answer and self.breaks(n_bytes):
                    self.n_broken += 1
                    break
                target.sendall(data)
                self.n_bytes += len(data) if is_answer else 0
            for each in (source, target):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
