"""A profile written with Polars, as wide as its streaming engine offers in one query, exact quantiles included.

With ``--no-quantiles`` without these, which keep whole columns in memory.
"""

import sys

import polars as pl
import polars.selectors as cs

path = sys.argv[1]
frame = pl.scan_csv(path, infer_schema_length=10_000) if path.endswith(".csv") else pl.scan_parquet(path)
numbers, texts = cs.numeric(), cs.string()
shares = () if "--no-quantiles" in sys.argv else (0.05, 0.25, 0.5, 0.75, 0.95)
statistics = [
    pl.len().alias("n_rows"),
    cs.all().null_count().name.suffix(" null"),
    cs.all().approx_n_unique().name.suffix(" distinct"),
    (cs.all() - texts).min().name.suffix(" min"),
    (cs.all() - texts).max().name.suffix(" max"),
    cs.float().is_nan().sum().name.suffix(" nan"),
    cs.float().is_infinite().sum().name.suffix(" infinite"),
    (numbers == 0).sum().name.suffix(" zero"),
    numbers.mean().name.suffix(" mean"),
    numbers.std().name.suffix(" std"),
    numbers.skew().name.suffix(" skewness"),
    numbers.kurtosis().name.suffix(" kurtosis"),
    *(numbers.quantile(share).name.suffix(f" {share}") for share in shares),
    texts.str.len_bytes().min().name.suffix(" least length"),
    texts.str.len_bytes().max().name.suffix(" greatest length"),
    texts.str.len_bytes().mean().name.suffix(" mean length"),
]
frame.select(statistics).collect(engine="streaming")
