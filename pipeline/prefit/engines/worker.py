"""What a worker process does: fold the pieces that it is sent, one after the other, and ship the state when asked.

It is told how to fold and, where states are kept, the shelf; then ``(index, thing)``: a piece to fold with the places
of its partitions by their names, or, with index `SHIP`, to ship. It tells ``("rows", n)`` after each batch,
``("done", unread)`` after each piece, ``("state", None)`` and then the state when asked, and ``("refusal", what)`` or
``("error", what)`` when it cannot go on.
Nothing is imported here that a fold does not need: a worker is to be up at once.
"""

from __future__ import annotations

import os
import signal
import sys
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from prefit.engines.parcels import receive, send
from prefit.engines.pieces import extended
from prefit.errors import Contradiction, UsageError
from prefit.profiling.values import UnreadPartition

__all__ = ["SHIP", "main"]

SHIP = -1


class _Abandoned(Exception):
    """The master wants the state now, without the piece that is being folded."""


def main(master: Connection[Any, Any]) -> NoReturn:
    """Work until the connection is closed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # so that temporary files go
    try:
        _work(master)
    except (EOFError, ConnectionError):
        pass  # the master has ended
    except Contradiction as error:
        _tell(master, "contradiction", str(error))
    except UsageError as error:  # the shelf cannot be written
        _tell(master, "refusal", str(error))
    except Exception as error:  # noqa: BLE001 - the master raises it: what fails here is a defect, and no partition's
        _tell(master, "error", f"{type(error).__name__}: {error}")
    sys.stderr.flush()
    os._exit(0)  # there is nothing to tidy up, and the interpreter takes its time to


def _work(master: Connection[Any, Any]) -> None:
    folding, shelf = receive(master)
    state = folding.empty()
    covered: set[int] = set()
    unread: list[UnreadPartition] = []

    def on_rows(n: int) -> None:
        _tell(master, "rows", n)
        if master.poll():
            raise _Abandoned

    _tell(master, "ready", None)
    while True:
        index, given = receive(master)
        if index == SHIP:
            _tell(master, "state", None)
            send(master, os.getppid(), folding.packed(state))  # sorted here, beside the others
            state = folding.empty()
            covered.clear()
            continue
        piece, places = given
        unread.clear()
        try:
            state = extended(state, piece, folding, unread.append, on_rows)
        except _Abandoned:
            continue
        del given, piece  # its memory is shared
        if places is not None:
            missing = {partition.name for partition in unread}
            covered.update(place for name, place in places.items() if name not in missing)
            shelf.save(covered, state)
        _tell(master, "done", tuple(unread))


def _tell(master: Connection[Any, Any], what: str, content: Any) -> None:
    try:
        master.send((what, content))
    except OSError:
        sys.exit(1)  # the master has died, and nobody else wants to know
