"""What is each column: a number, a category, a text, an identifier?"""

from __future__ import annotations

import re
from collections.abc import Mapping

import pyarrow as pa

from prefit.errors import UsageError, did_you_mean
from prefit.profiling.arrays import list_lengths, storage_of
from prefit.profiling.shape import TextShape
from prefit.profiling.values import ColumnProfile, Profile
from prefit.task import COLUMN_KINDS, SET_BY_USER, ColumnKind

__all__ = ["infer_kinds"]

_FEW_CATEGORIES = 40
_MIN_ID_ROWS = 30
_LONG_BYTES = 24
_NEARLY_ALL = 0.98
_NEARLY_ALL_ROWS = 0.999
_FEW_ROWS = 3
_STANDARD = 0.95
_BY_STORAGE: Mapping[str, tuple[ColumnKind, str]] = {
    "null": ("categorical", "no value in any row"),
    "boolean": ("boolean", "stored as booleans"),
    "number": ("numeric", "stored as numbers with decimals"),
    "decimal": ("numeric", "stored as numbers with decimals"),
}
_ID_NAME = re.compile(
    r"(?i:^|[_\W])(?i:id|ids|uid|uuid|guid|row_?id|index|row_?num(?:ber)?)$"
    r"|^(?i:unnamed: ?0)$|[a-z](?:Id|ID)$|^(?i:id)[_\W]"
)


def infer_kinds(
    profile: Profile, overrides: Mapping[str, ColumnKind] | None = None
) -> tuple[dict[str, ColumnKind], dict[str, str]]:
    """Say what each column means to a model, and why.

    Numbers stay numbers however few of them there are; texts are judged by how they read and by fixed ceilings, so
    that the same column is of the same kind in a table of more rows.

    Parameters
    ----------
    profile : Profile
    overrides : mapping of str to ColumnKind, optional
        Kinds that the user has set; they win.

    Returns
    -------
    kinds : dict of str to ColumnKind
        In table order.
    reasons : dict of str to str
        A few words for each column.

    Raises
    ------
    UsageError
        If an override names no column or no kind, or one that the values of the column cannot be.
    """
    overrides = overrides or {}
    for name, kind in overrides.items():
        if name not in profile.columns:
            raise UsageError(f"columns.{name} is not a column; columns: {did_you_mean(name, profile.columns)}")
        if kind not in COLUMN_KINDS:
            raise UsageError(
                f"columns.{name} must be one of the kinds; got {kind!r}; kinds: {did_you_mean(kind, COLUMN_KINDS)}"
            )
    kinds: dict[str, ColumnKind] = {}
    reasons: dict[str, str] = {}
    for name, column in profile.columns.items():
        if name in overrides:
            _refuse_misfit(column, profile.sample.table.column(name).type, overrides[name])
            kinds[name], reasons[name] = overrides[name], SET_BY_USER
        else:
            kinds[name], reasons[name] = _infer(
                column, profile.sample.table.column(name), is_target=name == profile.target
            )
    return kinds, reasons


def _refuse_misfit(column: ColumnProfile, type_: pa.DataType, kind: ColumnKind) -> None:
    """Refuse a kind that would turn the values of a column into missing ones, or that no probe could read them as."""
    storage = storage_of(type_)
    is_date = pa.types.is_timestamp(type_) or pa.types.is_date(type_)
    text = column.text
    fits: Mapping[ColumnKind, bool] = {
        "embedding": _is_list_of_numbers(type_),
        "datetime": is_date or (text is not None and text.date_fraction > 0),
        "numeric": storage in ("number", "boolean", "decimal", "temporal")
        or (text is not None and text.numeric_fraction > 0),
        "unsupported": True,
    }
    if column.n_present and not fits.get(kind, storage not in ("nested", "binary")):
        raise UsageError(
            f"columns.{column.name} must be a kind that its values can be read as; got {kind!r} for values of type "
            f"{type_}. Convert the column, or set another kind."
        )


def _is_list_of_numbers(type_: pa.DataType) -> bool:
    is_list = pa.types.is_list(type_) or pa.types.is_large_list(type_) or pa.types.is_fixed_size_list(type_)
    return is_list and storage_of(type_.value_type) == "number"


def _infer(column: ColumnProfile, values: pa.ChunkedArray, *, is_target: bool) -> tuple[ColumnKind, str]:
    storage = storage_of(values.type)
    if storage == "text":
        return _infer_text(column, values, is_target=is_target)
    if storage == "number" and pa.types.is_integer(values.type):
        return _infer_integer(column, len(values), is_target=is_target)
    if storage in _BY_STORAGE:
        return _BY_STORAGE[storage]
    return _infer_other(values)


def _infer_integer(column: ColumnProfile, n_sampled: int, *, is_target: bool) -> tuple[ColumnKind, str]:
    if not is_target and _all_differ(column, n_sampled) and column.n_present >= _MIN_ID_ROWS:
        if _ID_NAME.search(column.name):
            return "id-like", "named as an identifier, all values differ"
        if column.maximum - column.minimum + 1 <= 1.05 * column.n_present:
            return "id-like", "a running number: all values differ and leave no gaps"
    return "numeric", "stored as integers"


def _infer_text(column: ColumnProfile, values: pa.ChunkedArray, *, is_target: bool) -> tuple[ColumnKind, str]:
    n_distinct = column.distinct.estimate
    if n_distinct == 0:
        return "categorical", "no value in any row"
    if is_target:
        return "categorical", "the target, stored as text"
    shape = TextShape.of(values)
    repeats = column.n_present / n_distinct
    if reason := _reads_as_identifier(column, shape, len(values)):
        return "id-like", reason
    if n_distinct <= _FEW_CATEGORIES and (repeats >= 2 or shape.mean_words < 3):
        return "categorical", f"{n_distinct:.0f} different text{'s' * (n_distinct > 1)}"
    standard = _reads_as_number_or_date(column)
    if not standard and (reason := _reads_as_prose(shape, repeats)):
        return "text", reason
    how = f"texts that read as {standard}" if standard else "short texts"
    return "categorical", f"{n_distinct:,.0f} different {how}"


def _reads_as_identifier(column: ColumnProfile, shape: TextShape, n_sampled: int) -> str:
    if (
        column.n_present < _MIN_ID_ROWS
        or not _all_differ(column, n_sampled)
        or _reads_as_number_or_date(column) == "dates"
    ):
        return ""
    if shape.code_fraction >= _NEARLY_ALL:
        return "all values differ and look like codes"
    if _ID_NAME.search(column.name) and shape.mean_words < 2:
        return "named as an identifier, all values differ"
    return ""


def _reads_as_prose(shape: TextShape, repeats: float) -> str:
    if shape.mean_words >= 4 and repeats < 20:
        return f"free text: {shape.mean_words:.0f} words on average"
    if shape.mean_words >= 1.8 and repeats < 2:
        return f"{shape.mean_words:.1f} words on average, and most values differ"
    if shape.mean_bytes >= _LONG_BYTES and repeats < 2:
        return f"long texts ({shape.mean_bytes:.0f} bytes on average), and most values differ"
    return ""


def _reads_as_number_or_date(column: ColumnProfile) -> str:
    if column.text is None:
        return ""
    if column.text.numeric_fraction > _STANDARD:
        return "numbers"
    return "dates" if column.text.date_fraction > _STANDARD else ""


def _infer_other(values: pa.ChunkedArray) -> tuple[ColumnKind, str]:
    type_ = values.type
    if pa.types.is_timestamp(type_) or pa.types.is_date(type_):
        return "datetime", "stored as dates or times"
    if not _is_list_of_numbers(type_):
        return "unsupported", f"stored as {type_}"
    lengths = {int(n) for chunk in values.chunks for n in list_lengths(chunk.drop_null())}
    if len(lengths) == 1 and lengths != {0}:
        return "embedding", f"lists of {lengths.pop()} numbers"
    return "unsupported", "lists of numbers of different lengths"


def _all_differ(column: ColumnProfile, n_sampled: int) -> bool:
    """Whether nearly every row has its own value, and none stands in more than a few.

    An estimate of the distinct values passes up to three standard errors below: one identifier in a thousand is missed.
    """
    shown = [entry for entry in column.top if not (isinstance(entry.value, str) and not entry.value.strip())]
    if not shown or shown[0].count > _FEW_ROWS * column.n_rows / max(n_sampled, 1):
        return False
    slack = 2 * (column.distinct.estimate - column.distinct.low)
    return column.distinct.estimate + slack >= _NEARLY_ALL_ROWS * column.n_present
