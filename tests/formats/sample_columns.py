"""Columns of every kind and role, as ``report.json`` has them."""

from __future__ import annotations

import math
from typing import Any


def column(name: str, kind: str = "numeric", **changes: Any) -> dict[str, Any]:
    """Return a column of the report: numeric with a histogram, unless told otherwise."""
    entry = {
        "name": name,
        "kind": kind,
        "kind_reason": "numbers with many distinct values",
        "role": "feature",
        "type": "double",
        "rows": 32_561,
        "missing": 0,
        "missing_fraction": 0.0,
        "null": 0,
        "nan": 0,
        "infinite": 0,
        "zero": 12,
        "empty": 0,
        "blank": 0,
        "distinct": {"estimate": 21_648.0, "low": 21_400.0, "high": 21_900.0, "exact": False},
        "mean": 38.58,
        "std": 13.64,
        "skewness": 0.56,
        "kurtosis": -0.17,
        "quantiles": {"0.01": 17.0, "0.05": 19.0, "0.25": 28.0, "0.5": 37.0, "0.75": 48.0, "0.95": 63.0, "0.99": 74.0},
        "minimum": None,
        "maximum": None,
        "top": [{"value": "#3fa1c2", "count": 898}, {"value": "#77b0aa", "count": 888}],
        "top_exact": True,
        "top_complete": False,
        "cuts": {"values": [19.0 + 2 * i for i in range(19)], "n_values": 32_561},
        "histogram": {
            "edges": [17.0 + 5 * i for i in range(16)],
            "counts": [round(4000 * math.exp(-(((i - 4) / 4) ** 2))) for i in range(15)],
        },
        "lengths": None,
    }
    return entry | changes


def category(name: str, counts: tuple[int, ...], **changes: Any) -> dict[str, Any]:
    """Return a categorical column of the report."""
    return (
        column(
            name,
            "categorical",
            type="string",
            kind_reason=f"text with {len(counts)} distinct values",
            distinct={
                "estimate": float(len(counts)),
                "low": float(len(counts)),
                "high": float(len(counts)),
                "exact": True,
            },
            mean=None,
            std=None,
            skewness=None,
            kurtosis=None,
            quantiles=None,
            histogram=None,
            top=[{"value": f"#{7 * i:06x}", "count": n} for i, n in enumerate(counts)],
            lengths={"minimum": 3, "maximum": 21, "mean": 9.4},
        )
        | changes
    )


COLUMNS = (
    column("age", type="int64"),
    category("workclass", (22696, 2541, 2093, 1836, 1298, 1116, 960, 14, 7)),
    column("fnlwgt", missing=210, missing_fraction=0.00645, null=200, nan=10),
    category(
        "occupation",
        (4140, 4099, 4066, 3770, 3650, 3295, 2002, 1597),
        missing=10_256,
        missing_fraction=0.315,
        null=10_256,
    ),
    category("native_country", (29170, 643, 198, 137, 121, 114, 106, 100)),
    column("capital_code", role="dropped", histogram={"edges": [0.0, 1.0, 2.0], "counts": [29_000, 3_561]}),
    column(
        "note",
        "text",
        type="string",
        kind_reason="12 words on average",
        mean=None,
        std=None,
        skewness=None,
        kurtosis=None,
        quantiles=None,
        histogram=None,
        top=[],
        lengths={"minimum": 0, "maximum": 4021, "mean": 112.7},
    ),
    column(
        "seen",
        "datetime",
        type="timestamp[us, UTC]",
        role="time",
        mean=None,
        std=None,
        quantiles=None,
        histogram=None,
        top=[],
    ),
    column(
        "vector",
        "embedding",
        type="fixed_size_list<float>[64]",
        mean=None,
        std=None,
        quantiles=None,
        histogram=None,
        top=[],
    ),
    column(
        "blob",
        "unsupported",
        type="binary",
        role="unsupported",
        mean=None,
        std=None,
        quantiles=None,
        histogram=None,
        top=[],
    ),
    category("income", (24_720, 7_841), role="target"),
)
