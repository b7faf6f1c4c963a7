"""Which Arrow type a column of PostgreSQL becomes, and the SQL that asks for it.

What neither ADBC nor the profile has a type for comes as the text that the server makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from prefit.sql import quoted

__all__ = ["Column", "column_of"]

_MAX_PRECISION, _MAX_WIDE_PRECISION = 38, 76
_NUMERIC = 1700

_AS_THEY_ARE: Mapping[int, pa.DataType] = {
    16: pa.bool_(),
    17: pa.binary(),
    20: pa.int64(),
    21: pa.int16(),
    23: pa.int32(),
    25: pa.string(),
    700: pa.float32(),
    701: pa.float64(),
    1005: pa.list_(pa.int16()),
    1007: pa.list_(pa.int32()),
    1009: pa.list_(pa.string()),
    1016: pa.list_(pa.int64()),
    1021: pa.list_(pa.float32()),
    1022: pa.list_(pa.float64()),
    1043: pa.string(),
    1082: pa.date32(),
    1083: pa.time64("us"),
    1114: pa.timestamp("us"),
    1184: pa.timestamp("us", "UTC"),
}
"""By the number of the type, which is the same on all servers: booleans to zoned timestamps, and arrays of them."""

_CAST: Mapping[int, tuple[str, pa.DataType]] = {26: ("bigint", pa.int64())}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the expression that reads it, and the type that comes of it."""

    name: str
    sql: str
    type: pa.DataType

    @property
    def selected(self) -> str:
        """The expression under the name of the column."""
        return f"{self.sql} AS {quoted(self.name)}"


def column_of(name: str, number: int, precision: int | None = None, scale: int | None = None) -> Column:
    """Return how to read a column of the type with a number; the rest is for decimals.

    Decimals of no fixed precision become floats.

    Examples
    --------
    >>> column_of("price", 1700, 10, 2).type, column_of("mood", 16389).selected
    (Decimal128Type(decimal128(10, 2)), '"mood"::text AS "mood"')
    """
    plain = quoted(name)
    if number in _AS_THEY_ARE:
        return Column(name, plain, _AS_THEY_ARE[number])
    if number == _NUMERIC:
        kind = _decimal(precision, scale)
        return Column(name, f"{plain}::float8", pa.float64()) if kind is None else Column(name, plain, kind)
    cast, kind = _CAST.get(number, ("text", pa.string()))
    return Column(name, f"{plain}::{cast}", kind)


def _decimal(precision: int | None, scale: int | None) -> pa.DataType | None:
    if precision is None or scale is None or not 0 <= scale <= precision <= _MAX_WIDE_PRECISION:
        return None
    return pa.decimal128(precision, scale) if precision <= _MAX_PRECISION else pa.decimal256(precision, scale)
