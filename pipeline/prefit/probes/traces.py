"""What of the target can stand inside a value: words, first and last letters and numbers of a text; time between dates.

A value that does not come again says nothing as a whole. ``P-0001`` and ``N-0002`` do by their first letter.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from prefit.probes.frame import Array, Frame

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["date_traces", "text_traces"]

WORD = re.compile(r"[^\W\d_]+|\d+")
END = 100
"""Characters at either end of a text that are looked at: who writes the outcome into a text does so there."""

MOST_WORDS = 60
FEWEST_ROWS = 5
MOST_DATES = 5


def text_traces(texts: pd.Series) -> Array:
    """Return what texts have in common, as numbers.

    Returns
    -------
    ndarray of float32, shape (n_rows, n_traces)
        Length, first and last run of digits as a number, and whether the text holds each of the 60 most frequent
        words (runs of letters or of digits), beginnings of one to three characters, or last characters. Of several
        that stand in the same rows, one. NaN for missing texts.
    """
    import pandas as pd

    present = texts.notna().to_numpy()
    signs = [_signs(text) if there else frozenset() for text, there in zip(texts, present, strict=True)]
    counts = Counter(sign for row in signs for sign in row)
    common = [sign for sign, count in counts.most_common() if FEWEST_ROWS <= count <= len(signs) - FEWEST_ROWS]
    traces: dict[bytes, Array] = {}
    for sign in common:
        held = np.fromiter((sign in row for row in signs), dtype=bool, count=len(signs))
        traces.setdefault(held.tobytes(), held)
        if len(traces) == MOST_WORDS:
            break
    digits = texts.str.extract(r"^\D*(\d{1,15})", expand=False), texts.str.extract(r"(\d{1,15})\D*$", expand=False)
    numbers = [texts.str.len().to_numpy(dtype=np.float64, na_value=np.nan)]
    numbers += [pd.to_numeric(run).to_numpy(dtype=np.float64, na_value=np.nan) for run in digits]
    matrix = np.column_stack([*numbers, *traces.values()]).astype(np.float32)
    matrix[~present] = np.nan
    return matrix


def date_traces(frame: Frame, feature: str) -> Array:
    """Return a date column in seconds, and the seconds since each of five other date columns that mostly lie before.

    Returns
    -------
    ndarray of float64, shape (n_rows, 1 + n_others)
        NaN where a date is missing.
    """
    instants = {
        owner: _seconds(frame.other[name])
        for name, owner in zip(frame.other.columns, frame.other_owners, strict=True)
        if frame.other[name].dtype.kind == "M"
    }
    own = instants.pop(feature)
    since = [own - other for other in list(instants.values())[:MOST_DATES]]
    later = [gap for gap in since if (gap > 0).sum() > np.count_nonzero(~np.isnan(gap)) / 2]
    return np.column_stack([own, *later])


def _signs(text: str) -> frozenset[str]:
    lowered = text.lower()
    looked_at = lowered if len(lowered) <= 2 * END else f"{lowered[:END]} {lowered[-END:]}"
    ends = {f"^{lowered[:1]}", f"^{lowered[:2]}", f"^{lowered[:3]}", f"{lowered[-1:]}$"}
    return frozenset(ends.union(WORD.findall(looked_at)))


def _seconds(dates: pd.Series) -> Array:
    local = dates.dt.tz_localize(None) if dates.dt.tz is not None else dates
    instants = np.asarray(local, dtype="datetime64[s]")
    return np.where(np.isnat(instants), np.nan, instants.astype(np.int64).astype(np.float64))
