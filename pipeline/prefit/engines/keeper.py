"""What a run takes over from earlier runs, and what it keeps for later ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from prefit.engines.pieces import Chain, in_pieces
from prefit.profiling import Partition
from prefit.profiling.values import UnreadPartition

if TYPE_CHECKING:
    from prefit.profiling.shelf import Shelf

__all__ = ["Keeper"]


class Keeper:
    """Knows which partitions are folded already, and puts by the states of those that get folded.

    Attributes
    ----------
    pieces : list of Partition
        What is left to fold, in row order.
    left : list of Partition
        The partitions that it consists of.
    shelf : Shelf, optional
        Where states are put by.
    """

    def __init__(self, partitions: Sequence[Partition], shelf: Shelf | None, effort: float = 1.0) -> None:
        self.shelf = shelf
        self._earlier = shelf.load() if shelf is not None else []
        self._done = frozenset[int]().union(*(shelved.places for shelved in self._earlier))
        left = [place for place in range(len(partitions)) if place not in self._done]
        breaks = [0, *(at for at, (one, next_) in enumerate(pairwise(left), 1) if next_ > one + 1), len(left)]
        runs = [[partitions[place] for place in left[first:end]] for first, end in pairwise(breaks)]
        self.pieces = [piece for run in runs for piece in in_pieces(run, effort)]
        self._place_of = {id(partitions[place]): place for place in left}
        self.left = [partitions[place] for place in left]
        self._names_differ = len({partition.name for partition in partitions}) == len(partitions)

    def places(self, piece: Partition) -> Mapping[str, int] | None:
        """Return the places of the partitions of a piece by their names; None where nothing is kept of it."""
        if self.shelf is None or not self._names_differ:
            return None
        return {part.name: self._place_of[id(part)] for part in _parts(piece)}

    def keep(self, pieces: Iterable[Partition], state: Any, unread: Iterable[UnreadPartition]) -> None:
        """Put by the sum of the states of some pieces, without what could not be read of them.

        Raises
        ------
        UsageError
            If the directory of the states cannot be written.
        """
        if self.shelf is not None:
            self.shelf.save(self._read([part for piece in pieces for part in _parts(piece)], unread), state)

    def total(self, state: Any, unread: Iterable[UnreadPartition]) -> Any:
        """Return the sum of what was folded and of what was there before, and put that by."""
        for shelved in self._earlier:
            state = state + shelved.state
        if self.shelf is not None and self.left:
            read = self._read(self.left, unread)
            self.shelf.save(self._done | read if read else (), state, final=True)
        return state

    def _read(self, parts: Sequence[Partition], unread: Iterable[UnreadPartition]) -> frozenset[int]:
        """Return the places of what was read; none, so that nothing is kept, where its name does not tell it."""
        missing = {partition.name for partition in unread}
        if missing and not self._names_differ:
            return frozenset()
        return frozenset(self._place_of[id(part)] for part in parts if part.name not in missing)


def _parts(piece: Partition) -> Sequence[Partition]:
    return piece.parts if isinstance(piece, Chain) else (piece,)
