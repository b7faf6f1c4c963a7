"""Data sets that ``save_to_disk`` of datasets 5.2.0 wrote: ``hugging_face/``, with 40 rows to train on in two files."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pytest

from prefit import stages
from prefit.errors import InputError, InputNotFound, UnreadableInput
from prefit.sources import open_source

from .reading import read

SAVED = Path(__file__).parent / "hugging_face"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Return a copy of the split to train on."""
    return Path(shutil.copytree(SAVED / "train", tmp_path / "train"))


def test_files_are_read_in_the_order_that_they_are_listed_in() -> None:
    """All shards are one table, with the classes by name and the label -1 as missing."""
    source = open_source(SAVED / "train")
    assert (source.name, source.schema.types) == ("train", [pa.string(), pa.int64(), pa.string()])
    rows, _ = read(source)
    assert [row["text"] for row in rows] == [f"message {n}" for n in range(40)]
    assert [row["label"] for row in rows] == [None if n == 5 else ("ham", "spam")[n % 2] for n in range(40)]


def test_data_set_is_profiled_like_any_table() -> None:
    """The names of the classes are those of the target."""
    profile = stages.profile(SAVED / "train", target="label")
    assert (profile.n_rows, profile.columns["label"].n_missing) == (40, 1)


def test_one_of_several_splits_must_be_named() -> None:
    """The message says how, and does not propose to train on the test data."""
    with pytest.raises(InputError, match=r"splits train, test. Name one: .*/train, and another as test data: .*/test"):
        open_source(SAVED)


def test_missing_file_is_named(saved: Path) -> None:
    """A data set that was copied in part is not read in part."""
    (saved / "data-00001-of-00002.arrow").unlink()
    with pytest.raises(InputNotFound, match=r"data-00001-of-00002.arrow must be there"):
        open_source(saved)


def test_files_that_are_not_listed_are_no_rows(saved: Path) -> None:
    """What a cache left there is passed over."""
    shutil.copy(saved / "data-00000-of-00002.arrow", saved / "cache-1.arrow")
    assert open_source(saved).n_rows == 40


@pytest.mark.parametrize("state", ["{", json.dumps({"_data_files": []})])
def test_list_that_names_no_file_is_refused(state: str, saved: Path) -> None:
    """Neither a damaged list nor an empty one is an empty table."""
    (saved / "state.json").write_text(state)
    with pytest.raises((UnreadableInput, InputError), match=r"Save .* again"):
        open_source(saved)
