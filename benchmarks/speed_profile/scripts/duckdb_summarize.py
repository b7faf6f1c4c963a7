"""DuckDB's own profile of a table."""

import sys

import duckdb

connection = duckdb.connect(config={"threads": 1})
connection.execute(f"SUMMARIZE FROM '{sys.argv[1]}'").fetchall()
