"""report.json: everything that a run found out, for programs."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any, Literal

import numpy as np

from prefit.report import Report

__all__ = ["FILE_NAME", "NAME", "dump", "render", "schema"]

NAME = "json"
FILE_NAME = "report.json"
_UNDRAWN = re.compile(r"[\x7f-\x9f\xad\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
"""Legal inside a JSON string, but able to mislead whoever reads the file in a terminal or an editor."""


def render(report: Report) -> str:
    """Return the content of ``report.json``, the entries in the order of the documentation."""
    return dump(report.to_dict())


def dump(content: Mapping[str, Any]) -> str:
    """Return plain data as strict JSON.

    There is no ``NaN``: a number that is not finite is null. Below the first level keys are sorted, so that equal
    content gives equal bytes. Characters that steer a terminal are escaped.

    Raises
    ------
    TypeError
        If a value is no plain data.
    """
    plain = {str(entry): _plain(value) for entry, value in content.items()}
    text = json.dumps(plain, ensure_ascii=False, allow_nan=False, indent=1)
    return _UNDRAWN.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def schema(of: Literal["report", "comparison"] = "report") -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``report.json``, or of ``comparison.json``."""
    text = files("prefit.formats").joinpath(f"{of}.schema.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _plain(value: Any) -> Any:
    """Turn a value into what JSON can say."""
    if isinstance(value, Mapping):
        return {str(key): _plain(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _scalar(value.item() if isinstance(value, np.generic) else value)


def _scalar(value: Any) -> Any:
    """Turn a single value into what JSON can say, without losing digits."""
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else None
        case str():
            return value.encode("utf-8", "backslashreplace").decode("utf-8")  # a lone surrogate has no UTF-8
        case date() | time():
            return value.isoformat()
        case Decimal() | timedelta():
            return str(value)
        case bytes():
            return value.hex()
    raise TypeError(f"a report holds plain data; got {type(value).__name__}. Convert it before it enters the report.")
