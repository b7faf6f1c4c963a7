"""Real servers for tests: on loopback, in a process of their own, stopped at the end."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Postgres", "postgres_server"]

_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
}


@dataclass(frozen=True)
class Postgres:
    """A server of PostgreSQL that knows one user, by password."""

    port: int
    user: str = "prefit_tester"
    password: str = "pass/word&42"

    def url(self, database: str = "postgres", *, login: str | None = None) -> str:
        """Return the URL of a database, as users write it."""
        from urllib.parse import quote

        login = login or f"{self.user}:{quote(self.password, safe='')}"
        return f"postgresql://{login}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> Any:
        """Return a connection that commits by itself."""
        import psycopg

        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=database,
            autocommit=True,
        )


@contextlib.contextmanager
def postgres_server() -> Iterator[Postgres]:
    """Run a new server on a free port, as the user that it wants where the tests are run by root."""
    folder = Path(tempfile.mkdtemp(prefix="prefit-postgres-"))  # not below pytest's: other users cannot enter that
    owner: dict[str, Any] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        owner = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    server = Postgres(_free_port())
    password = folder / "password"
    password.write_text(server.password)
    password.chmod(0o644)

    def call(program: str, *arguments: object) -> None:
        command = [_program(program), *map(str, arguments)]
        # pg_ctl leaves the server behind with its outputs, so that a pipe would never end
        with (folder / "output").open("w+b") as output:
            done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, check=False, **owner)
            output.seek(0)
            assert done.returncode == 0, output.read().decode()

    data = folder / "data"
    options = " ".join(f"-c {name}={value}" for name, value in _OPTIONS.items())
    try:
        call("initdb", "--pgdata", data, "--username", server.user, "--pwfile", password, "--auth", "scram-sha-256",
             "--encoding", "UTF8", "--locale", "C", "--no-sync")  # fmt: skip
        log = folder / "log"
        options += f" -c port={server.port} -c unix_socket_directories={folder}"
        call("pg_ctl", "--pgdata", data, "--log", log, "--options", options, "--wait", "--timeout", 60, "start")
        try:
            yield server
        finally:
            call("pg_ctl", "--pgdata", data, "--mode", "immediate", "--wait", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    """Return a program of the server; Debian keeps them beside the path, by version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which(name)
    assert found or on_path, f"{name} is not installed; run: .ci/system_packages test"
    return str(found[-1]) if found else str(on_path)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
