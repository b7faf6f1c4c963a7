"""States that outlive a run: what a killed run has read, and what a table held before it grew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import Outcome

import prefit
from prefit import engines, stages
from prefit.engines import pieces
from prefit.errors import UnreadableInput, UsageError
from prefit.profiling import State, make_plan, shelf, stored
from prefit.profiling.shelf import Shelf, open_shelf
from prefit.profiling.values import UnreadPartition
from prefit.sources import open_source
from prefit.sources.columnar import FilePartition

ROWS = 400


def write_parts(folder: Path, *numbers: int) -> Path:
    """Write a part of a table for each number."""
    folder.mkdir(exist_ok=True)
    for number in numbers:
        drawn = np.random.default_rng(number)
        columns = {"x": drawn.normal(size=ROWS), "y": drawn.integers(0, 2, ROWS)}
        columns["z"] = [f"text {value}" for value in drawn.integers(0, 10**6, ROWS)]
        pq.write_table(pa.table(columns), folder / f"part-{number:02}.parquet")
    return folder


class Run:
    """One fold of a folder with a directory of states."""

    def __init__(self, folder: Path, states: Path | None, **options: object) -> None:
        source = open_source(folder)
        self.partitions = source.partitions()
        plan = make_plan(source.schema, target="y", n_rows=source.n_rows)
        self.plan = replace(plan, sample_rows=150, key_capacity=64, row_capacity=500)
        self.shelf = None if states is None else open_shelf(states, self.partitions, self.plan)
        self.options = options

    def bytes(self) -> bytes:
        """Fold, and return the bytes of the state."""
        state = engines.run(self.partitions, self.plan, shelf=self.shelf, **self.options)  # type: ignore[arg-type]
        return state.to_bytes(self.plan)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the partitions that this process reads, in order."""
    names: list[str] = []
    batches = FilePartition.batches

    def counted(self: FilePartition, on_malformed: object) -> object:
        names.append(Path(self.name).name)
        return batches(self, on_malformed)  # type: ignore[arg-type]

    monkeypatch.setattr(FilePartition, "batches", counted)
    return names


def names_of(*numbers: int) -> list[str]:
    """Return the names of some parts."""
    return [f"part-{number:02}.parquet" for number in numbers]


KILLED_WHILE_READING = """
import os, signal, sys
from pathlib import Path
from prefit.engines import pieces
from prefit.profiling import shelf
from prefit.sources.columnar import FilePartition
from tests.engines.test_shelf import Run

pieces.TINY_BYTES = 0  # each part is a piece
shelf._FREE_SECONDS = 600.0  # each is put by, however slow the disk is
batches = FilePartition.batches

def dying(self, on_malformed):
    yield from batches(self, on_malformed)
    if self.name.endswith(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

FilePartition.batches = dying
Run(Path(sys.argv[1]), Path(sys.argv[2]), workers=1).bytes()
"""


def test_killed_run_goes_on_where_it_was(tmp_path: Path, read: list[str]) -> None:
    """After SIGKILL at the ninth of ten parts only two are read again, and the bytes are those of a whole run."""
    folder, states = write_parts(tmp_path / "data", *range(10)), tmp_path / "states"
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", KILLED_WHILE_READING, str(folder), str(states), "part-08.parquet"]
    assert subprocess.run(command, cwd=root, check=False).returncode == -signal.SIGKILL
    resumed = Run(folder, states, workers=1).bytes()
    assert read == names_of(8, 9)
    assert resumed == Run(folder, None, workers=1).bytes()


def test_table_that_grew_reads_its_new_parts_alone(tmp_path: Path, read: list[str]) -> None:
    """New files at the end are folded onto the state of the others; the bytes are those of a whole run."""
    folder, states = write_parts(tmp_path / "data", 0, 1, 2), tmp_path / "states"
    Run(folder, states, workers=1).bytes()
    write_parts(folder, 3, 4)
    read.clear()
    grown = Run(folder, states, workers=1).bytes()
    assert read == names_of(3, 4)
    assert grown == Run(folder, None, workers=1).bytes()
    assert len(list(states.iterdir())) == 1


def test_workers_keep_states_too(tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What worker processes folded is there for the next run, on any number of workers."""
    monkeypatch.setattr(pieces, "TINY_BYTES", 0)  # each part is a piece, so that there is work for two
    folder, states = write_parts(tmp_path / "data", *range(4)), tmp_path / "states"
    first = Run(folder, states, workers=2).bytes()
    assert Run(folder, states, workers=1).bytes() == first == Run(folder, None, workers=1).bytes()
    assert read == names_of(0, 1, 2, 3)  # by the run without states alone


def test_interrupted_workers_have_kept_what_they_folded(
    tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each puts by what it has, again and again; the next run goes on from there."""

    def press(share: float) -> None:
        if share > 0.7:
            raise KeyboardInterrupt

    monkeypatch.setattr(pieces, "TINY_BYTES", 0)
    folder, states = write_parts(tmp_path / "data", *range(10)), tmp_path / "states"
    with pytest.raises(KeyboardInterrupt):
        Run(folder, states, workers=2, progress=press).bytes()
    resumed = Run(folder, states, workers=1).bytes()
    assert len(read) < 10
    assert resumed == Run(folder, None, workers=1).bytes()


def test_states_that_another_one_holds_are_removed(tmp_path: Path) -> None:
    """A run that was killed as it tidied up leaves the states of parts beside that of the whole."""
    folder, states = write_parts(tmp_path / "data", 0, 1, 2), tmp_path / "states"
    run = Run(folder, states, workers=1)
    assert isinstance(run.shelf, Shelf)
    run.shelf.save([1], engines.run(run.partitions[1:2], run.plan))
    (part,) = states.iterdir()
    content = part.read_bytes()
    run.bytes()
    part.write_bytes(content)
    assert Run(folder, states, workers=1).bytes() == run.bytes()
    assert not part.exists()
    assert len(list(states.iterdir())) == 1


def test_states_of_another_version_are_refused(
    tmp_path: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they hold of the data is read again, and the message says which version is wanted."""
    folder, states = write_parts(tmp_path / "data", 0, 1), tmp_path / "states"
    with monkeypatch.context() as earlier:
        for module in (shelf, stored):
            earlier.setattr(module, "VERSIONS", {"format": 1, "hash": 1, "prefit": "0.0.9"})
        Run(folder, states, workers=1).bytes()
    read.clear()
    with pytest.warns(UserWarning, match=rf"must be of format .* prefit '{prefit.__version__}'; got .* prefit '0.0.9'"):
        Run(folder, states, workers=1).bytes()
    assert read == names_of(0, 1)
    write_parts(other := tmp_path / "other", 3)
    Run(other, states, workers=1).bytes()  # says nothing: it holds nothing of these data


@pytest.mark.parametrize("change", ["rewritten", "touched", "before"])
def test_parts_that_changed_are_read_again(tmp_path: Path, read: list[str], change: str) -> None:
    """A part that was written again is read again, even with its old time, and so are all after a new first one."""
    folder, states = write_parts(tmp_path / "data", 1, 2), tmp_path / "states"
    Run(folder, states, workers=1).bytes()
    path = folder / "part-02.parquet"
    times = path.stat()
    if change == "before":
        write_parts(folder, 0)
    else:
        content = path.read_bytes()
        path.write_bytes(content.replace(b"text 1", b"TEXT 1") if change == "rewritten" else content)
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    read.clear()
    again = Run(folder, states, workers=1).bytes()
    assert "part-02.parquet" in read
    assert again == Run(folder, None, workers=1).bytes()


@pytest.mark.parametrize("damage", ["flipped", "cut", "foreign", "empty"])
def test_damaged_files_are_left_out_with_a_warning(tmp_path: Path, read: list[str], damage: str) -> None:
    """A file that is not as it was written is named and left out."""
    folder, states = write_parts(tmp_path / "data", 0, 1), tmp_path / "states"
    whole = Run(folder, states, workers=1).bytes()
    (path,) = states.iterdir()
    content = path.read_bytes()
    flipped = content[:-100] + bytes([content[-100] ^ 1]) + content[-99:]
    path.write_bytes({"flipped": flipped, "cut": content[:-50], "foreign": b"PK\x03\x04" * 99, "empty": b""}[damage])
    read.clear()
    with pytest.warns(UserWarning, match=path.name):
        assert Run(folder, states, workers=1).bytes() == whole
    assert read == names_of(0, 1)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    """Files of others, and states of another plan, stay as they are and do no harm."""
    folder, states = write_parts(tmp_path / "data", 0), tmp_path / "states"
    states.mkdir()
    (states / "notes.txt").write_text("mine")
    Run(folder, states, workers=1).bytes()
    stages.profile(folder, target="z", state=states)
    assert (states / "notes.txt").read_text() == "mine"
    assert len(list(states.glob("*.state"))) == 2


def test_unreadable_parts_are_not_kept_as_read(tmp_path: Path, read: list[str]) -> None:
    """A part that could not be read is tried again when the run is."""
    folder, states = write_parts(tmp_path / "data", 0, 1, 2), tmp_path / "states"
    path = folder / "part-01.parquet"
    run = Run(folder, states, workers=1)
    content = path.read_bytes()
    path.write_bytes(b"PAR1" + bytes(len(content) - 8) + b"PAR1")
    unread: list[UnreadPartition] = []
    run.options["on_unread"] = unread.append
    run.bytes()
    assert [Path(part.name).name for part in unread] == ["part-01.parquet"]
    path.write_bytes(content)
    read.clear()
    assert Run(folder, states, workers=1).bytes() == Run(folder, None, workers=1).bytes()
    assert read[0] == "part-01.parquet"


def test_two_runs_at_once_do_no_harm(tmp_path: Path) -> None:
    """Two shelves on one directory write, replace and remove files of each other, and both end right."""
    folder, states = write_parts(tmp_path / "data", 0, 1, 2), tmp_path / "states"
    one, other = Run(folder, states, workers=1), Run(folder, states, workers=1)
    assert isinstance(one.shelf, Shelf)
    one.shelf.save([0], engines.run(one.partitions[:1], one.plan))
    assert other.bytes() == one.bytes() == Run(folder, None, workers=1).bytes()
    assert len(list(states.iterdir())) == 1


def test_states_awaiting_more_rows_are_not_used(tmp_path: Path) -> None:
    """A sample that was thinned for a larger table is too thin for a smaller one."""
    folder, states = write_parts(tmp_path / "data", 0, 1), tmp_path / "states"
    run = Run(folder, states, workers=1)
    assert isinstance(run.shelf, Shelf)
    larger = Shelf(states, replace(run.plan, n_rows=10**6), run.shelf.keys)
    larger.save([0], State.empty(larger.plan), final=True)
    assert run.shelf.load() == []
    assert len(larger.load()) == 1


def test_data_in_memory_have_no_states(tmp_path: Path) -> None:
    """A table in memory cannot be told from another one, so the option is refused."""
    with pytest.raises(UsageError, match="state is kept of files"):
        stages.profile(pa.table({"a": [1]}), state=tmp_path)


def test_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A file in the place of the directory ends the run before it begins."""
    (tmp_path / "file").write_text("")
    folder = write_parts(tmp_path / "data", 0)
    with pytest.raises(UsageError, match="directory that can be written"):
        stages.profile(folder, state=tmp_path / "file")


def test_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the states find no room the run ends with a message, and no part of a file stays."""
    folder, states = write_parts(tmp_path / "data", 0), tmp_path / "states"
    run = Run(folder, states, workers=1)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="No space left on device"):
        run.bytes()
    assert list(states.iterdir()) == []


def test_file_that_goes_before_the_run_is_named(tmp_path: Path) -> None:
    """A file that is gone when its state is looked for ends the run with its name."""
    folder = write_parts(tmp_path / "data", 0)
    source = open_source(folder)
    (folder / "part-00.parquet").unlink()
    with pytest.raises(UnreadableInput, match="part-00"):
        open_shelf(tmp_path / "states", source.partitions(), make_plan(source.schema))


@pytest.mark.filterwarnings("default")
def test_command_line_says_which_states_it_left_out(tmp_path: Path, run: Callable[..., Outcome]) -> None:
    """In a sentence, without the line of code that said it."""
    folder, states = write_parts(tmp_path / "data", 0), tmp_path / "states"
    run("profile", folder, "--state", states)
    (path,) = states.iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    outcome = run("profile", folder, "--state", states, "--quiet")
    assert outcome.code == 0
    assert outcome.err.startswith(f"prefit: state file '{path}' is left out, its rows are read again: ")
    assert len(outcome.err.splitlines()) == 1
