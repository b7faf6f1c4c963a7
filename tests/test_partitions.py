"""A part of the data that cannot be read, or not in time, is named; the rest alone is never called ready."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import Outcome

import prefit
from prefit.errors import UnreadableInput, UsageError

Run = Callable[..., Outcome]


def damage(path: Path) -> None:
    """Overwrite the first pages of a Parquet file; its footer still says what was there."""
    content = bytearray(path.read_bytes())
    content[4:400] = bytes(396)
    path.write_bytes(content)


@pytest.fixture
def folder(tmp_path: Path, signal: pa.Table) -> Path:
    """Return a folder of three files, the second of them damaged."""
    for part in range(3):
        pq.write_table(signal.slice(200 * part, 200), tmp_path / f"{part}.parquet", compression="none")
    damage(tmp_path / "1.parquet")
    return tmp_path


def test_damaged_file_is_named_and_the_verdict_cannot_tell(run: Run, folder: Path) -> None:
    """The other rows are judged."""
    outcome = run("check", folder, "--target", "label", "--level", "quick")
    assert outcome.code == 3, outcome
    assert "unreadable-partition" in outcome.out
    assert "1.parquet" in outcome.out


@pytest.mark.parametrize("selection", [{"only": ["size"]}, {"skip": ["run"]}], ids=["other checks", "not this one"])
def test_no_selection_hides_it(folder: Path, selection: dict[str, list[str]]) -> None:
    """A run that lost rows is not ready, whatever it was to look at."""
    report = prefit.check(folder, target="label", level="quick", **selection)
    assert (report.verdict, report.exit_code) == ("cannot_tell", 3)
    assert report.dataset["rows"] == 400


def test_test_data_count_too(folder: Path, signal: pa.Table) -> None:
    """The finding says which table it is about."""
    report = prefit.check(signal, target="label", level="quick", test=folder)
    found = [finding for finding in report.findings if finding.check == "unreadable-partition"]
    assert [finding.status for finding in found] == ["error"]
    assert "1 of 3 partitions of the test data could not be read" in found[0].message
    assert report.exit_code != 0


def test_profile_says_so(run: Run, folder: Path, tmp_path: Path) -> None:
    """In its file, on standard error and by its exit code; in Python by a warning and in its value."""
    out = tmp_path.with_name(f"{tmp_path.name} out")
    outcome = run("profile", folder, "--output", out)
    assert outcome.code == 3
    assert "1 of 3 partitions could not be read: 1.parquet" in outcome.err
    assert "1.parquet" in (out / "profile.json").read_text()
    with pytest.warns(UserWarning, match="1 of 3 partitions could not be read, or not in time: 1"):
        profile = prefit.profile(folder)
    assert [partition.name for partition in profile.unread] == ["1.parquet"]


def test_cells_in_a_reason_are_hidden(tmp_path: Path, signal: pa.Table) -> None:
    """An error quotes a cell, which stays out of the report; names of columns stay."""
    pq.write_table(signal.select(["colour", "label"]).slice(0, 300), tmp_path / "0.parquet")
    pq.write_table(signal.select(["colour", "label"]).slice(300), tmp_path / "1.parquet")
    from prefit.checks.run.unreadable_partition import UnreadablePartition
    from prefit.profiling.values import UnreadPartition

    profile = prefit.profile(tmp_path)
    lost = UnreadPartition("1.parquet", "could not convert 'sesame' in 'colour'")
    shown = {
        values: UnreadablePartition().judge(  # type: ignore[arg-type]
            SimpleNamespace(profile=_with(profile, lost), test_profile=None, show_values=values)
        )
        for values in (False, True)
    }
    hidden, open_ = (next(iter(shown[values])).message for values in (False, True))
    assert "sesame" in open_
    assert "sesame" not in hidden
    assert "'colour'" in hidden


def _with(profile: prefit.profiling.Profile, lost: object) -> object:
    from dataclasses import replace

    return replace(profile, unread=(lost,), n_partitions=2)


def test_nothing_readable_is_unreadable_input(run: Run, folder: Path) -> None:
    """A single damaged file is an error, as there is nothing to judge."""
    assert run("check", folder / "1.parquet").code == 2
    with pytest.raises(UnreadableInput, match=r"1\.parquet"):
        prefit.profile(folder / "1.parquet")


def test_deadline_before_the_first_row_is_unreadable_input(run: Run, signal: pa.Table, tmp_path: Path) -> None:
    """With what to do about it."""
    pq.write_table(signal, tmp_path / "table.parquet")
    outcome = run("check", tmp_path / "table.parquet", "--deadline", "0.000001s")
    assert outcome.code == 2
    assert "Raise --deadline" in outcome.err


def test_deadline_after_the_profile_skips_the_probes(signal: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks that need them say why, and the verdict cannot tell."""
    monkeypatch.setattr("prefit.measure.attempt.time", SimpleNamespace(monotonic=lambda: math.inf))
    report = prefit.check(signal, target="label")
    skipped = [finding for finding in report.findings if finding.status == "skip"]
    assert {"target-leakage", "no-signal"} <= {finding.check for finding in skipped}
    assert "The deadline struck before single features could be measured" in " ".join(f.message for f in skipped)
    assert report.exit_code == 3


def test_unreachable_scheduler_is_wrong_usage(
    run: Run, signal: pa.Table, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, and no report."""
    monkeypatch.setattr("prefit.engines.dask_cluster.CONNECT_SECONDS", 0.5)
    pq.write_table(signal, tmp_path / "table.parquet")
    outcome = run("check", tmp_path / "table.parquet", "--engine", "dask://127.0.0.1:1", "--output", tmp_path / "out")
    assert outcome.code == 2
    assert "engine dask://127.0.0.1:1 must be the address of a running scheduler" in outcome.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("engine", "spark"),
        ("engine", "dask://host"),
        ("engine", "dask://u:p@host:1"),
        ("workers", 0),
        ("deadline", "0s"),
    ],
)
def test_options_that_make_no_sense_are_refused(signal: pa.Table, option: str, value: object) -> None:
    """By name."""
    with pytest.raises(UsageError, match=option):
        prefit.check(signal, **{option: value})
