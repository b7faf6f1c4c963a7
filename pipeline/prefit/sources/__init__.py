"""Sources: open a path, a glob, a folder or a table in memory as partitions of Arrow record batches."""

from __future__ import annotations

from prefit.sources.base import OnMalformed, Partition, Source
from prefit.sources.csv_options import CsvOptions
from prefit.sources.in_place import parquet_files
from prefit.sources.opening import open_source
from prefit.sources.table import TableSource

__all__ = ["CsvOptions", "OnMalformed", "Partition", "Source", "TableSource", "open_source", "parquet_files"]
