"""Runs are kept in a history and read from it, each in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prefit.errors import UsageError, did_you_mean
from prefit.past import Estimate, Figures, Mark, Run
from prefit.records.place import Place, parse_place
from prefit.records.schema import prepare

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

__all__ = ["History", "open_history"]

_COUNTS = ("fail", "warn", "pass", "skip", "error")
_COLUMNS = (
    "dataset", "created", "prefit_version", "verdict", "reason", *(f"n_{status}" for status in _COUNTS), "n_rows",
    "n_columns", "complete", "fingerprint", "target", "setting", "metric", "score", "score_low", "score_high", "noise",
    "noise_low", "noise_high", "missing",
)  # fmt: skip
_INSERT = f"INSERT INTO prefit_runs ({', '.join(_COLUMNS)}) VALUES (:{', :'.join(_COLUMNS)}) RETURNING id"  # noqa: S608
_SHARES = "SELECT run, name, share FROM prefit_classes WHERE run IN (SELECT id {runs}) ORDER BY run, share DESC, name"
_FINDINGS = (
    "SELECT run, check_id, status, columns FROM prefit_findings WHERE run IN (SELECT id {runs}) ORDER BY run, place"
)
_TRIAL = Run(
    dataset="", created="", prefit_version="", verdict="", reason="", counts={}, n_columns=0,
    figures=Figures(n_rows=0, missing={}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class History:
    """A database of runs that is open; connections are made for each call."""

    place: Place
    engine: Engine = field(repr=False)

    def record(self, run: Run) -> None:
        """Keep a run.

        Raises
        ------
        UsageError
            If it cannot be written; then nothing of it is.
        """
        with self.place.told("take the run"), self.engine.begin() as connection:
            _insert(connection, run)

    def names(self) -> list[str]:
        """Return the names of the data sets that have runs, in alphabetical order."""
        with self.place.told("be readable"), self._reading() as connection:
            found = connection.exec_driver_sql("SELECT DISTINCT dataset FROM prefit_runs")
            return sorted(name for (name,) in found)

    def count(self, name: str) -> int:
        """Return how many runs there are over a data set."""
        from sqlalchemy import text

        with self.place.told("be readable"), self._reading() as connection:
            found = connection.execute(
                text("SELECT count(*) FROM prefit_runs WHERE dataset = :name"), {"name": _storable(name)}
            )
            return int(found.scalar_one())

    def runs(self, name: str, last: int | None = None) -> list[Run]:
        """Return the runs over a data set, oldest first: all of them, or the last so many."""
        from sqlalchemy import text

        chosen = "FROM prefit_runs WHERE dataset = :name ORDER BY id DESC LIMIT :last"
        columns = ", ".join(_COLUMNS)
        given = {"name": _storable(name), "last": 2**31 - 1 if last is None else last}
        with self.place.told("be readable"), self._reading() as connection:
            rows = connection.execute(text(f"SELECT id, {columns} {chosen}"), given).mappings().all()
            shares = connection.execute(text(_SHARES.format(runs=chosen)), given).all()
            found = connection.execute(text(_FINDINGS.format(runs=chosen)), given).all()
        classes: dict[int, dict[str, float]] = {}
        for run, label, share in shares:
            classes.setdefault(run, {})[label] = share
        marks: dict[int, list[Mark]] = {}
        for run, check, status, names in found:
            marks.setdefault(run, []).append(Mark(check, status, tuple(json.loads(names))))
        return [_run(row, classes.get(row["id"], {}), tuple(marks.get(row["id"], ()))) for row in reversed(rows)]

    def runs_of(self, name: str, last: int | None = None) -> list[Run]:
        """Return the runs over a data set as :meth:`runs`, at least one.

        Raises
        ------
        UsageError
            If there is none; the message names the data sets that are there.
        """
        runs = self.runs(name, last)
        if not runs:
            names = self.names()
            known = (
                f"data sets: {did_you_mean(name, names)}"
                if names
                else f"it holds no run at all. Keep one: prefit check DATA --history {self.place.shown}"
            )
            raise UsageError(f"history {self.place.shown} has no run over {name!r}; {known}")
        return runs

    def _reading(self) -> Any:
        return self.engine.connect().execution_options(reads_only=True)

    def _try_to_write(self) -> None:
        with self.place.told("be writable"), self.engine.connect() as connection:
            _insert(connection, _TRIAL)
            connection.rollback()


def open_history(url: str, *, reads_only: bool = False) -> History:
    """Open a history, bring it up to date, and make sure that it can be read, and written unless it `reads_only`.

    Parameters
    ----------
    url : str
        ``sqlite:///PATH`` (the file is made if it is not there, unless `reads_only`) or ``postgresql://...``.
    reads_only : bool, default False

    Raises
    ------
    UsageError
        If that is not so, with the reason and without logins.
    """
    place = parse_place(url)
    if place.file is not None:
        missing = place.file if reads_only else place.file.absolute().parent
        if not missing.exists():
            kind = "file" if reads_only else "folder"
            raise UsageError(f"history {place.shown} must be in a {kind} that is there; got none. Check the path.")
    history = History(place, place.engine(reads_only=reads_only))
    prepare(history.engine, place, reads_only=reads_only)
    if not reads_only:
        history._try_to_write()
    return history


def _insert(connection: Connection, run: Run) -> None:
    from sqlalchemy import text

    figures = run.figures
    values = {
        "dataset": run.dataset,
        "created": run.created,
        "prefit_version": run.prefit_version,
        "verdict": run.verdict,
        "reason": run.reason,
        **{f"n_{status}": run.counts.get(status, 0) for status in _COUNTS},
        "n_rows": figures.n_rows,
        "n_columns": run.n_columns,
        "complete": int(figures.complete),
        "fingerprint": figures.fingerprint,
        "target": figures.target,
        "setting": figures.setting,
        "metric": figures.metric,
        **_spread("score", figures.score),
        **_spread("noise", figures.noise),
        "missing": json.dumps(dict(figures.missing)),
    }
    stored = {name: _storable(value) if isinstance(value, str) else value for name, value in values.items()}
    key = connection.execute(text(_INSERT), stored).scalar_one()
    shares = [{"run": key, "name": _storable(name), "share": share} for name, share in figures.class_shares.items()]
    if shares:
        connection.execute(text("INSERT INTO prefit_classes (run, name, share) VALUES (:run, :name, :share)"), shares)
    marks = [
        {"run": key, "place": place, "check": mark.check, "status": mark.status, "columns": json.dumps(mark.columns)}
        for place, mark in enumerate(run.marks)
    ]
    if marks:
        statement = "INSERT INTO prefit_findings (run, place, check_id, status, columns)"
        connection.execute(text(f"{statement} VALUES (:run, :place, :check, :status, :columns)"), marks)


def _run(row: Mapping[str, Any], classes: Mapping[str, float], marks: tuple[Mark, ...]) -> Run:
    return Run(
        **{name: row[name] for name in ("dataset", "created", "prefit_version", "verdict", "reason", "n_columns")},
        counts={status: row[f"n_{status}"] for status in _COUNTS},
        figures=Figures(
            **{name: row[name] for name in ("n_rows", "metric", "fingerprint", "target", "setting")},
            missing=json.loads(row["missing"]),
            class_shares=classes,
            score=_estimate(row, "score"),
            noise=_estimate(row, "noise"),
            complete=bool(row["complete"]),
        ),
        marks=marks,
    )


def _spread(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    mean, low, high = estimate or (None, None, None)
    return {name: mean, f"{name}_low": low, f"{name}_high": high}


def _estimate(row: Mapping[str, Any], name: str) -> Estimate | None:
    return None if row[name] is None else Estimate(row[name], row[f"{name}_low"], row[f"{name}_high"])


def _storable(text: str) -> str:
    """Return a text without what PostgreSQL or UTF-8 cannot hold."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
