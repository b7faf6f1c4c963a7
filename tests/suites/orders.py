"""A source of batches to infer suites from: a column of each sort, drawn anew with each seed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa

WORDS = ["the", "order", "came", "late", "and", "its", "box", "was", "wet", "but", "works", "as", "it", "should"]


def batch(seed: int, n_rows: int = 800) -> pa.Table:
    """Return a batch of orders."""
    draw = np.random.default_rng(seed)
    price = draw.lognormal(3.0, 0.4, n_rows).round(2)
    number = seed * 1_000_000 + np.arange(n_rows)
    start = dt.datetime(2026, 1, 1) + dt.timedelta(days=seed)
    weight = draw.normal(50.0, 5.0, n_rows)
    return pa.table(
        {
            "order_id": pa.array([f"AB-{place:09d}" for place in number]),
            "placed": pa.array([start + dt.timedelta(minutes=int(row)) for row in range(n_rows)], pa.timestamp("us")),
            "day": pa.array(
                [f"2026-{month:02d}-{day:02d}" for month, day in draw.integers(1, 29, (n_rows, 2)) % 12 + 1]
            ),
            "price": pa.array(price),
            "discounted": pa.array((price * draw.uniform(0.5, 1.0, n_rows)).round(2)),
            "weight": pa.array(weight, mask=draw.random(n_rows) < 0.1),
            "weight_again": pa.array(weight),
            "weight_copy": pa.array(weight),
            "items": pa.array(draw.poisson(3.0, n_rows)),
            "channel": pa.array(draw.choice(["shop", "web", "phone"], n_rows, p=[0.5, 0.3, 0.2])),
            "comment": pa.array([" ".join(draw.choice(WORDS, draw.integers(5, 12))) for _ in range(n_rows)]),
            "gift": pa.array(draw.random(n_rows) < 0.3),
            "returned": pa.array(draw.choice(["no", "yes"], n_rows, p=[0.8, 0.2])),
        }
    )
