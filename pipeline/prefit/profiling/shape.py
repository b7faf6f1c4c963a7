"""How the texts of a column read: how many words, how long, how much like a code."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from prefit.profiling.arrays import as_numpy, filtered

__all__ = ["TextShape"]

_MAX_TEXTS = 5_000
_SPLIT_TEXTS = 500
_UUID = r"^\{?[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}\}?$"
_HASH = r"^(?:0x)?[0-9a-fA-F]{16,}$"
_EMAIL = r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$"
_CODE = r"^[A-Za-z0-9][A-Za-z0-9_./:#-]*$"
_DIGIT = r"\d"
_DECIMAL = r"^[+-]?\d*[.,]\d*$"


class TextShape(NamedTuple):
    """Means over up to 5,000 distinct texts.

    `code_fraction` of them read as identifiers: UUID, hash, e-mail, or one word with digits and of nearly equal length.
    """

    mean_words: float
    mean_bytes: float
    code_fraction: float

    @classmethod
    def of(cls, values: pa.ChunkedArray) -> Self:
        """Look at the texts of the row sample."""
        texts = _first_distinct(values)
        if len(texts) == 0:
            return cls(0.0, 0.0, 0.0)
        lengths = as_numpy(pc.binary_length(texts))
        some = (texts[start : start + _SPLIT_TEXTS] for start in range(0, len(texts), _SPLIT_TEXTS))
        words = np.concatenate([as_numpy(pc.list_value_length(pc.utf8_split_whitespace(part))) for part in some])
        return cls(float(words.mean()), float(lengths.mean()), float(_codes(texts, lengths).mean()))


def _first_distinct(values: pa.ChunkedArray) -> pa.Array:
    """Return the first 5,000 distinct texts that are not blank, without copying many more."""
    n_rows = _MAX_TEXTS
    while True:
        texts = pc.utf8_trim_whitespace(pc.unique(values[:n_rows].drop_null()))
        texts = filtered(texts, as_numpy(pc.binary_length(texts)) > 0)[:_MAX_TEXTS]
        if len(texts) == _MAX_TEXTS or n_rows >= len(values):
            return texts
        n_rows *= 4


def _codes(texts: pa.Array, lengths: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return True for texts that identify something rather than say something."""
    known = np.zeros(len(texts), np.bool_)
    for pattern in (_UUID, _HASH, _EMAIL):
        known |= as_numpy(pc.match_substring_regex(texts, pattern))
    shaped = as_numpy(pc.match_substring_regex(texts, _CODE)) & as_numpy(pc.match_substring_regex(texts, _DIGIT))
    shaped &= ~as_numpy(pc.match_substring_regex(texts, _DECIMAL))
    shaped &= np.abs(lengths - np.median(lengths)) <= 1
    codes: NDArray[np.bool_] = known | shaped
    return codes
