"""Finished states kept in a directory, so that a run that was killed goes on and a table that grew is not read again.

A file holds the state of some partitions and the keys of those partitions. A key stands for what a partition holds:
where it is, its place in the table, its size, and the times of the last changes of its file. So a state whose
partitions were written again, moved, or follow other rows than before, fits nothing any more.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import stat
import time
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from prefit.errors import InputError, UnreadableInput, UsageError
from prefit.profiling.fold import Partition
from prefit.profiling.plan import Plan
from prefit.profiling.state import State
from prefit.profiling.stored import VERSIONS, check_storable, state_key
from prefit.writing import write_whole

__all__ = ["Shelf", "Shelved", "open_shelf"]

_MAGIC = b"prefit shelf\n"
_N_LINES = 3  # the magic, the header and its digest; the state, which has a digest of its own, follows
_DIGEST_BYTES = 16
_FREE_SECONDS, _SHARE = 0.5, 0.1
_STALE_SECONDS = 3_600.0
_TICK_SECONDS, _COARSE_SECONDS = 0.05, 2.1


class Shelved(NamedTuple):
    """A state of an earlier run, and the places of its partitions among those of this run."""

    places: frozenset[int]
    state: State


@dataclass(slots=True)
class Shelf:
    """The states that a directory keeps for one plan and one list of partitions; picklable, also for workers.

    Several runs may use one directory at once: files are written aside and renamed, their names tell what they hold.

    Attributes
    ----------
    directory : Path
    plan : Plan
    keys : tuple of str
        One for each partition, in order.
    """

    directory: Path
    plan: Plan
    keys: tuple[str, ...]
    _written: dict[Path, frozenset[int]] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)
    _spent: float = 0.0

    def load(self) -> list[Shelved]:
        """Return the states of earlier runs that are good for this one; no partition is in two of them.

        A file that is damaged, or of another version, is left out with a warning that names it. What an interrupted run
        left that is in a larger one is removed.
        """
        self._tell_other_versions()
        found: list[Shelved] = []
        taken: frozenset[int] = frozenset()
        for path, places in sorted(self._fitting().items(), key=lambda item: (-len(item[1]), item[0].name)):
            if places & taken:
                if any(places <= shelved.places for shelved in found):
                    path.unlink(missing_ok=True)
                continue
            try:
                state = self._read(path)
            except FileNotFoundError:
                continue  # another run has just put a larger one in its place
            except (InputError, OSError) as error:
                warnings.warn(f"state file '{path}' is left out, its rows are read again: {error}", stacklevel=2)
                continue
            found.append(Shelved(places, state))
            taken |= places
        return found

    def save(self, places: Iterable[int], state: State, *, final: bool = False) -> None:
        """Keep the state of some partitions, in place of those that this shelf wrote for fewer of them.

        Declines when saving has taken more than a small share of the time, unless it is `final`.

        Raises
        ------
        UsageError
            If the directory cannot be written.
        """
        covered = frozenset(places)
        start = time.monotonic()
        if not covered or (not final and self._spent > _FREE_SECONDS + _SHARE * (start - self._began)):
            return
        keys = sorted(self.keys[place] for place in covered)
        told = {"versions": dict(VERSIONS), "rows_planned": self.plan.n_rows, "keys": keys}
        header = json.dumps(told).encode("ascii")
        path = self.directory / f"{self._prefix}{_digest(header)}.state"
        lines = b"".join((_MAGIC, header, b"\n", _digest(header).encode("ascii"), b"\n"))
        _write(path, lines, state.to_bytes(self.plan))
        subsumed = self._fitting() if final else dict(self._written)
        for other, fewer in subsumed.items():
            if fewer <= covered and other != path:
                other.unlink(missing_ok=True)
                self._written.pop(other, None)
        self._written[path] = covered
        self._spent += time.monotonic() - start

    @property
    def _prefix(self) -> str:
        return f"{state_key(self.plan)}-"

    def _fitting(self) -> dict[Path, frozenset[int]]:
        """Return the files of this version and plan whose partitions are all here, and which they are."""
        place_of = {key: place for place, key in enumerate(self.keys)}
        fitting: dict[Path, frozenset[int]] = {}
        for path in self.directory.glob(f"{self._prefix}*.state"):
            told = _told(path, most_keys=len(self.keys))
            if told is None:
                warnings.warn(f"state file '{path}' is left out: it is damaged, or no file of prefit.", stacklevel=3)
            elif told["keys"] and all(key in place_of for key in told["keys"]) and self._sampled_enough(told):
                fitting[path] = frozenset(place_of[key] for key in told["keys"])
        return fitting

    def _sampled_enough(self, told: dict[str, Any]) -> bool:
        """Whether the samples of a state hold all rows that those of this run would: fewer rows were awaited."""
        then, now = told["rows_planned"], self.plan.n_rows
        return then is None or (now is not None and then <= now)

    def _read(self, path: Path) -> State:
        with path.open("rb") as file:
            for _line in range(_N_LINES):
                file.readline()
            return State.from_bytes(file.read(), self.plan)

    def _tell_other_versions(self) -> None:
        for path in self.directory.glob("*.state"):
            told = None if path.name.startswith(self._prefix) else _told(path, most_keys=len(self.keys))
            if told is not None and told["versions"] != dict(VERSIONS) and not set(self.keys).isdisjoint(told["keys"]):
                warnings.warn(
                    f"state file '{path}' is left out, its rows are read again: it must be of {_in_words(VERSIONS)}; "
                    f"got {_in_words(told['versions'])}. Delete it.",
                    stacklevel=3,
                )


def open_shelf(directory: Path, partitions: Sequence[Partition], plan: Plan) -> Shelf:
    """Open the directory that keeps the states of a table, and make it if it is not there.

    Raises
    ------
    UsageError
        If the directory cannot be written, or the data are not files.
    """
    check_storable(plan)
    keys = _keys(partitions)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _remove_remains(directory)
        probe = directory / f".{secrets.token_hex(8)}.part"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise _refusal(directory, error) from error
    return Shelf(directory, plan, keys)


def _keys(partitions: Sequence[Partition]) -> tuple[str, ...]:
    """Return a text for each partition that changes when it would yield other rows or at another place."""
    keys: list[str] = []
    stamps: dict[Path, str] = {}
    for partition in partitions:
        identity = getattr(partition, "identity", None)
        if identity is None:
            raise UsageError(
                f"state is kept of files, which can be told from changed ones; got {partition.name!r}. "
                "Write the data to a file, or leave out --state."
            )
        path = getattr(partition, "path", None)
        if isinstance(path, Path) and path not in stamps:
            stamps[path] = _stamp(path)
        text = f"{identity}\n{partition.first_row}\n{stamps.get(path) if isinstance(path, Path) else ''}"
        keys.append(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest())
    if len(set(keys)) < len(keys):
        raise UsageError("state needs partitions that can be told apart; got two that are equal. Leave out --state.")
    return tuple(keys)


def _stamp(path: Path) -> str:
    """Return what the file system tells of a file, once the clock has moved on since its last change.

    A change that comes in the same tick of the clock as the one before leaves no trace; so a file that was written a
    moment ago is looked at a moment later.
    """
    status = _status(path)
    coarse = status.st_ctime_ns % 10**9 == 0
    wait = (_COARSE_SECONDS if coarse else _TICK_SECONDS) - (time.time() - status.st_ctime)
    if 0 < wait <= _COARSE_SECONDS:
        time.sleep(wait)
        status = _status(path)
    return f"{status.st_dev} {status.st_ino} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns}"


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise UnreadableInput(f"{path} must stay in place; got {error.strerror!r}. Start again.") from error


def _told(path: Path, most_keys: int) -> dict[str, Any] | None:
    """Return the header of a file, None if it has none; the header of a longer list of partitions has no keys."""
    nothing: dict[str, Any] = {"versions": {}, "rows_planned": None, "keys": []}
    try:
        with path.open("rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or file.readline(len(_MAGIC)) != _MAGIC:
                return None
            line = file.readline(64 * (most_keys + 4))
            digest = file.readline(2 * _DIGEST_BYTES + 1)
        if line.endswith(b"\n") and digest != _digest(line[:-1]).encode("ascii") + b"\n":
            return None
        told = json.loads(line) if line.endswith(b"\n") else nothing
    except FileNotFoundError:
        return nothing
    except (OSError, ValueError, RecursionError):
        return None
    return told if _is_header(told) else None


def _is_header(told: Any) -> bool:
    if not isinstance(told, dict) or set(told) != {"versions", "rows_planned", "keys"}:
        return False
    if not isinstance(told["keys"], list) or not isinstance(told["versions"], dict):
        return False
    rows_known = told["rows_planned"] is None or type(told["rows_planned"]) is int
    return rows_known and all(isinstance(key, str) for key in told["keys"])


def _write(path: Path, *contents: bytes) -> None:
    """Write a file as a whole or not at all."""
    try:
        write_whole(path, *contents, synced=True)
    except OSError as error:
        raise _refusal(path.parent, error) from error


def _remove_remains(directory: Path) -> None:
    """Remove what killed runs left half-written; what is younger may be another run's that goes on."""
    for part in directory.glob(".*.part"):
        try:
            if time.time() - part.stat().st_mtime > _STALE_SECONDS:
                part.unlink()
        except FileNotFoundError:
            continue


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=_DIGEST_BYTES).hexdigest()


def _in_words(versions: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {str(versions.get(name))[:20]!r}" for name in VERSIONS)


def _refusal(directory: Path, error: OSError) -> UsageError:
    reason = error.strerror or type(error).__name__
    return UsageError(f"state '{directory}' must be a directory that can be written; got '{reason}'. Choose another.")
