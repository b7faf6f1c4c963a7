"""The history of runs: a database, SQLite or PostgreSQL, that keeps the summary of each."""

from prefit.records.place import SCHEMES
from prefit.records.store import History, open_history

__all__ = ["SCHEMES", "History", "open_history"]
