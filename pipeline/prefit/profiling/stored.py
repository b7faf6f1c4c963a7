"""States as bytes: versioned, without pickle, and equal for equal rows however the table was cut.

How an accumulator joins: it is a dataclass with annotated fields (see :mod:`prefit.profiling.codec` for the kinds),
and may have two methods more.

``canonical(self) -> Self``
    The same form for the same rows whatever the cut, where ``+`` does not leave that form. States that are read back
    are summed on, so it must keep all that a later sum needs.
``sound(self, none: Self) -> bool``
    Whether the parts of a state that was read from a file fit together and fit the identity: lengths, capacities,
    ascending keys. Types are checked before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from types import MappingProxyType
from typing import Any, get_type_hints

import pyarrow as pa

from prefit import __version__
from prefit.errors import InputError, UnreadableInput, UsageError
from prefit.profiling.arrow_bytes import ByteReader, can_store
from prefit.profiling.codec import pack, unpack
from prefit.profiling.hashing import HASH_VERSION
from prefit.profiling.plan import Plan
from prefit.profiling.state import State

__all__ = [
    "FORMAT_VERSION",
    "VERSIONS",
    "canonical",
    "check_storable",
    "from_bytes",
    "plan_digest",
    "state_key",
    "to_bytes",
]

FORMAT_VERSION = 3
"""Of the layout of the bytes. What the accumulators mean is told by the version of prefit."""

VERSIONS: Mapping[str, int | str] = MappingProxyType(
    {"format": FORMAT_VERSION, "hash": HASH_VERSION, "prefit": __version__}
)
"""States of other versions than these are refused."""

_MAGIC = b"prefit state\n"
_NO_STATE = (
    ValueError, TypeError, LookupError, ArithmeticError, RecursionError, MemoryError, OSError, pa.ArrowException,
)  # fmt: skip
_MOST_HEADER = 4_096
_NOT_OF_PLAN = ("schema", "n_rows", "batch_bytes")
"""The schema is told by its plain types. How many rows there are decides how early a sample leaves rows out, not which
are in it at the end."""


def to_bytes(state: State, plan: Plan) -> bytes:
    """Return a state as bytes: equal for equal rows, plan and versions, whatever the cut.

    Parameters
    ----------
    state : State
    plan : Plan
        The plan that it was folded by; `n_rows` does not matter.

    Examples
    --------
    >>> plan = Plan(schema=pa.schema([("a", pa.int64())]))
    >>> from_bytes(to_bytes(State.empty(plan), plan), plan).fingerprint.n_rows
    0
    """
    blobs: list[bytes] = []
    tree = pack(canonical(state), State, blobs)
    body = json.dumps(tree, separators=(",", ":")).encode("ascii")
    body = b"".join([len(body).to_bytes(8, "little"), body, *blobs])
    header = _versions(plan) | {"size": len(body), "digest": _digest(body)}
    return _MAGIC + json.dumps(header).encode("ascii") + b"\n" + body


def from_bytes(data: bytes, plan: Plan) -> State:
    """Read a state back; whatever the bytes are, the answer is a sound state or an error.

    Raises
    ------
    InputError
        If they were written by another version, or for another plan.
    UnreadableInput
        If they are damaged, or are no state.
    """
    body = _checked_body(data, plan)
    reader = ByteReader(body)
    try:
        tree = json.loads(reader.take(int.from_bytes(reader.take(8), "little")))
        state: State = unpack(tree, State, reader, State.empty(plan))
        if not reader.empty:
            raise ValueError("bytes are left over")
    except _NO_STATE as error:
        raise _damaged(f"{type(error).__name__}: {error}") from None
    return state


def canonical(value: Any) -> Any:
    """Return a state with every part in its canonical form."""
    if is_dataclass(value) and not isinstance(value, type):
        changed = {}
        for field in fields(value):
            part = getattr(value, field.name)
            if is_dataclass(part) or isinstance(part, tuple):
                changed[field.name] = canonical(part)
        value = replace(value, **changed) if changed else value
        return value.canonical() if hasattr(value, "canonical") else value
    if type(value) is tuple:
        return tuple(canonical(item) for item in value)
    return value


def plan_digest(plan: Plan) -> str:
    """Return 32 hexadecimal digits that tell plans apart whose states cannot be summed."""
    blobs: list[bytes] = []
    columns = [[field.name, str(field.type)] for field in plan.sample_schema]
    others = [
        [name, pack(getattr(plan, name), kind, blobs)]
        for name, kind in sorted(get_type_hints(Plan).items())
        if name not in _NOT_OF_PLAN
    ]
    text = json.dumps([columns, others]).encode("ascii")
    return hashlib.blake2b(b"\0".join([text, *blobs]), digest_size=16).hexdigest()


def state_key(plan: Plan) -> str:
    """Return 32 hexadecimal digits that states have in common which can be summed: of one version and one plan."""
    return hashlib.blake2b(json.dumps(_versions(plan)).encode("ascii"), digest_size=16).hexdigest()


def check_storable(plan: Plan) -> None:
    """Refuse columns whose values have no stored form.

    Raises
    ------
    UsageError
        If there is one.
    """
    for field in plan.sample_schema:
        if not can_store(field.type):
            raise UsageError(
                f"state cannot keep column {field.name!r}; got {field.type}. Convert it, or leave out --state."
            )


def _checked_body(data: bytes, plan: Plan) -> bytes:
    """Return what follows the header, if it is whole and of this version and plan."""
    end = data.find(b"\n", len(_MAGIC), len(_MAGIC) + _MOST_HEADER)
    if not data.startswith(_MAGIC) or end < 0:
        raise _damaged("no header of a state")
    try:
        header = json.loads(data[len(_MAGIC) : end])
    except (ValueError, RecursionError):
        raise _damaged("no header of a state") from None
    if not isinstance(header, dict):
        raise _damaged("no header of a state")
    for name, wanted in _versions(plan).items():
        if header.get(name) != wanted:
            raise InputError(
                f"state must be of this {_NAMES[name]}, {wanted}; got {str(header.get(name))[:40]!r}. "
                "Fold the data again, into another directory or after its files are deleted."
            )
    body = data[end + 1 :]
    if header.get("size") != len(body) or header.get("digest") != _digest(body):
        raise _damaged(f"{len(body):,} bytes that are not those that were written")
    return body


def _versions(plan: Plan) -> dict[str, Any]:
    return {**VERSIONS, "plan": plan_digest(plan)}


_NAMES = {"format": "format", "hash": "version of the hash", "prefit": "version of prefit", "plan": "plan"}


def _digest(body: bytes) -> str:
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _damaged(what: str) -> UnreadableInput:
    return UnreadableInput(f"state must be whole and sound; got {what}. Delete it, and fold the data again.")
