"""The user's own network: a PyTorch module, or what makes one, found by its name or given as an object."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from prefit.own.model import load_reference

__all__ = ["OwnNetwork", "own_network"]

SIZES = ("n_inputs", "n_outputs")
"""Arguments that a factory may take: columns of the encoded features; classes, or 1 for numbers."""


@dataclass(frozen=True, slots=True)
class OwnNetwork:
    """A network that prefit did not bring: `name` stands for it in the report.

    `source` is ``"package.module:attribute"`` or the object: a module, a class of one, or a function that returns one.
    """

    name: str
    source: Any = field(repr=False)

    def make(self, n_inputs: int, n_outputs: int) -> Any:
        """Return a module for so many inputs and outputs; the very object where the source is a module.

        Whatever the user's code raises passes through: it is a finding of the probe.
        """
        found = load_reference(self.source) if isinstance(self.source, str) else self.source
        return _made(found, dict(zip(SIZES, (n_inputs, n_outputs), strict=True)))


def own_network(source: Any, taken: Collection[str] = ()) -> OwnNetwork | None:
    """Return a network by a name that is not taken, None where the source neither is nor makes a PyTorch module.

    A function that raises is no network as far as anyone can tell: :func:`prefit.own.model.own_model` then says why.

    Raises
    ------
    UsageError
        If there is nothing by that name, or its module cannot be imported.
    """
    found = load_reference(source) if isinstance(source, str) else source
    if "torch" not in sys.modules:  # whoever made a module has imported it
        return None
    from torch.nn import Module

    if isinstance(found, type):
        is_network = issubclass(found, Module)
    else:
        is_network = isinstance(found, Module) or (inspect.isroutine(found) and isinstance(_tried(found), Module))
    if not is_network:
        return None
    name = source if isinstance(source, str) else str(getattr(found, "__name__", type(found).__name__))
    number = next(k for k in range(1, len(taken) + 2) if (name if k == 1 else f"{name} {k}") not in taken)
    return OwnNetwork(name if number == 1 else f"{name} {number}", source)


def _made(found: Any, sizes: dict[str, int]) -> Any:
    if not callable(found) or (not isinstance(found, type) and hasattr(found, "state_dict")):
        return found
    takes = inspect.signature(found).parameters
    return found(**{name: size for name, size in sizes.items() if name in takes})


def _tried(factory: Any) -> Any:
    try:
        return _made(factory, dict(zip(SIZES, (4, 2), strict=True)))
    except Exception:  # noqa: BLE001 - what the user's code raises is said where it is used
        return None
