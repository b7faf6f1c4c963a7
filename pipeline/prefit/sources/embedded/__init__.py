"""Tables and queries of databases that are a file: SQLite and DuckDB."""

from prefit.sources.embedded.opening import open_embedded

__all__ = ["open_embedded"]
