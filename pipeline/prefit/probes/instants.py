"""Times as numbers that can be compared, whatever type the column has."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from prefit.probes.frame import Array, as_dates, as_numbers, as_texts, is_text

__all__ = ["as_instants"]


def as_instants(column: pa.ChunkedArray) -> Array:
    """Return the column as float64 that grow with time, NaN where there is none.

    Texts are numbers or dates where most of them can be read as such, else names of periods in alphabetical order.

    Examples
    --------
    >>> as_instants(pa.chunked_array([["02/01/2024", "12/31/2023", None]])).argsort().tolist()
    [1, 0, 2]
    """
    if not (is_text(column.type) or pa.types.is_dictionary(column.type)):
        is_date = pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)
        return as_numbers(pc.cast(column, pa.timestamp("us"), safe=False) if is_date else column)
    import pandas as pd

    texts = as_texts(column)
    half = texts.notna().sum() / 2
    numbers = as_numbers(column)
    if np.count_nonzero(~np.isnan(numbers)) > half:
        return numbers
    dates = as_dates(column)
    if dates.notna().sum() > half:
        instants = np.asarray(dates.dt.tz_localize(None), dtype="datetime64[us]")
        return np.where(np.isnat(instants), np.nan, instants.astype(np.int64).astype(np.float64))
    codes, _ = pd.factorize(texts, sort=True)
    return np.where(codes < 0, np.nan, codes.astype(np.float64))
