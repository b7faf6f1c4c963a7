"""Read a CSV file with Polars, batch by batch (POLARS_MAX_THREADS says on how many threads)."""

import sys

import polars as pl

for _ in pl.scan_csv(sys.argv[1], infer_schema_length=10_000).collect_batches(maintain_order=True):
    pass
