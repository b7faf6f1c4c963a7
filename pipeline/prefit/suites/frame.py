"""Give Great Expectations a pandas frame whose columns have the types that a person would expect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["to_frame", "with_instants"]


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Convert a table for judging it, without changing a value.

    Whole numbers and booleans stay what they are where values are missing (pandas' nullable types instead of floats
    and objects), dates and times become ``datetime64[ns]`` so that limits written as text compare with them,
    dictionary-encoded columns are decoded, and text is pandas' ``str``. Rows are numbered from 0.

    Parameters
    ----------
    table : pyarrow.Table

    Returns
    -------
    pandas.DataFrame
        Same rows, same columns, same order.
    """
    import pandas as pd

    columns = {name: _to_series(_plain(table.column(name))) for name in table.column_names}
    return pd.DataFrame(columns, index=range(table.num_rows))


def with_instants(kwargs: Mapping[str, Any], schema: pa.Schema, *, sql: bool = False) -> dict[str, Any]:
    """Write the limits of a date or time column as instants, since neither pandas nor SQL compares a date with text.

    JSON has no dates: limits are texts, and ``2026-01-01`` means the midnight at which that day begins, in the time
    zone of the column. For SQL they are times without a zone, in UTC where the column has one.

    Examples
    --------
    >>> schema = pa.schema({"born": pa.date32()})
    >>> with_instants({"column": "born", "max_value": "2026-01-01"}, schema)
    {'column': 'born', 'max_value': '2026-01-01T00:00:00'}
    """
    column = kwargs.get("column")
    kind = schema.field(column).type if column in schema.names else pa.null()
    if not pa.types.is_timestamp(kind) and not pa.types.is_date(kind):
        return dict(kwargs)
    limits = {key: kwargs[key] for key in ("min_value", "max_value") if isinstance(kwargs.get(key), str)}
    zone = kind.tz if pa.types.is_timestamp(kind) else None
    return {**kwargs, **{key: _instant(text, zone, sql=sql) for key, text in limits.items()}}


def _instant(text: str, zone: str | None, *, sql: bool) -> Any:
    import pandas as pd

    try:
        moment = pd.Timestamp(text)
    except ValueError:  # no time at all: Great Expectations says so of the entry
        return text
    if zone and moment.tz is None:
        moment = moment.tz_localize(zone)
    if sql:
        return (moment if moment.tz is None else moment.tz_convert("UTC").tz_localize(None)).to_pydatetime()
    return str(moment.isoformat())


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _plain(pc.cast(column, kind.value_type))
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        zone = kind.tz if pa.types.is_timestamp(kind) else None
        try:
            return pc.cast(column, pa.timestamp("ns", tz=zone))
        except pa.ArrowInvalid:  # beyond the years 1677 to 2262: kept as it is, only slower to compare
            return column
    return column


def _to_series(column: pa.ChunkedArray) -> pd.Series[Any]:
    import pandas as pd

    nullable = {
        pa.bool_(): pd.BooleanDtype(),
        pa.int8(): pd.Int8Dtype(),
        pa.int16(): pd.Int16Dtype(),
        pa.int32(): pd.Int32Dtype(),
        pa.int64(): pd.Int64Dtype(),
        pa.uint8(): pd.UInt8Dtype(),
        pa.uint16(): pd.UInt16Dtype(),
        pa.uint32(): pd.UInt32Dtype(),
        pa.uint64(): pd.UInt64Dtype(),
    }
    series: pd.Series[Any] = column.to_pandas(types_mapper=nullable.get if column.null_count else None)
    return series
