"""The history of runs: a database, SQLite or PostgreSQL, that keeps the summary of each."""

from prefit.records.ledger import history, keep, open_ledger, with_past
from prefit.records.store import History, open_history

__all__ = ["History", "history", "keep", "open_history", "open_ledger", "with_past"]
