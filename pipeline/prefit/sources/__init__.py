"""Sources: open a path, a glob, a folder, a database or a table in memory as partitions of Arrow record batches."""

from __future__ import annotations

from prefit.sources.base import OnMalformed, Partition, Source
from prefit.sources.csv_options import CsvOptions
from prefit.sources.in_place import parquet_files
from prefit.sources.opening import open_source
from prefit.sources.postgresql import in_postgresql, is_postgresql
from prefit.sources.table import TableSource

__all__ = [
    "CsvOptions",
    "OnMalformed",
    "Partition",
    "Source",
    "TableSource",
    "in_postgresql",
    "is_postgresql",
    "open_source",
    "parquet_files",
]
