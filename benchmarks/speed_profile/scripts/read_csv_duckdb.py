"""Read a CSV file with DuckDB into Arrow batches."""

import sys

import duckdb

connection = duckdb.connect(config={"threads": 1})
for _ in connection.read_csv(sys.argv[1]).to_arrow_reader(65_536):
    pass
