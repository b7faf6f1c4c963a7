"""Tables and queries of PostgreSQL, read through ADBC in one snapshot."""

from prefit.sources.postgresql.address import is_postgresql
from prefit.sources.postgresql.opening import InPostgresql, in_postgresql, open_postgresql

__all__ = ["InPostgresql", "in_postgresql", "is_postgresql", "open_postgresql"]
