"""The file of a suggested suite: readable, stable, careful with what is there, read by Great Expectations itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.conftest import Outcome
from tests.rights import run_with_permissions
from tests.suites.orders import batch

import prefit
from prefit import UsageError
from prefit.suites import load_suite
from prefit.suites.library import quiet_library
from prefit.suites.suggest import SuggestedSuite, check_output

Run = Callable[..., Outcome]
SAMPLES = Path(__file__).parents[2] / "data_samples"


@pytest.fixture(scope="module")
def suite() -> SuggestedSuite:
    """Return the suite of one batch."""
    return prefit.suggest(batch(1), target="returned")


def test_great_expectations_itself_reads_and_runs_it(suite: SuggestedSuite) -> None:
    """No entry is dropped on the way, and all hold on pandas' own reading of the next batch."""
    with quiet_library() as gx:
        loaded = gx.ExpectationSuite(**json.loads(suite.to_json()))
        assert len(loaded.expectations) == len(suite.entries)
        again = loaded.to_json_dict()["expectations"]
        assert {entry["severity"] for entry in again} == {"critical", "warning", "info"}
        assert all(entry["notes"] and entry["meta"]["prefit"]["rule"] for entry in again)
        source = gx.get_context(mode="ephemeral").data_sources.add_pandas("orders")
        rows = source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
        outcome = rows.get_batch({"dataframe": batch(2).to_pandas()}).validate(loaded)
    assert [found.expectation_config.to_json_dict() for found in outcome.results if not found.success] == []
    assert len(outcome.results) == len(suite.entries)


def test_prefit_reads_it(suite: SuggestedSuite, tmp_path: Path) -> None:
    """The same entries, arguments and severities."""
    loaded = load_suite(suite.save(tmp_path / "new" / "orders.json"))
    assert [(entry.expectation, entry.kwargs, entry.severity) for entry in loaded.entries] == [
        (entry.expectation, json.loads(json.dumps(entry.kwargs)), entry.severity) for entry in suite.entries
    ]


def test_same_data_give_the_same_bytes(suite: SuggestedSuite) -> None:
    """However the rows lie in chunks; there is no time in it."""
    table = batch(1)
    cut = type(table).from_batches(table.to_batches(max_chunksize=100))
    assert prefit.suggest(cut, target="returned").to_json() == suite.to_json()


def test_a_suggestion_is_renewed_unless_it_was_edited(suite: SuggestedSuite, tmp_path: Path) -> None:
    """What a person changed is lost only with `force`."""
    path = suite.save(tmp_path / "orders.json")
    suite.save(path)
    edited = path.read_text().replace('"exact_match": true', '"exact_match": false')
    path.write_text(edited)
    with pytest.raises(UsageError, match="nobody has edited"):
        suite.save(path)
    assert path.read_text() == edited
    suite.save(path, force=True)
    assert path.read_text() == suite.to_json()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"expectations": []}', "\udcff"], ids=repr)
def test_other_files_are_not_replaced(tmp_path: Path, content: str) -> None:
    """Whatever is there and is no suggestion."""
    path = tmp_path / "notes.json"
    path.write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(UsageError, match="--force"):
        check_output(path)


def test_outputs_that_cannot_be_written_are_refused_first(tmp_path: Path) -> None:
    """A folder, and a path through a file."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="got a folder"):
        check_output(tmp_path)
    with pytest.raises(UsageError, match="must be writable"):
        check_output(tmp_path / "file" / "suite.json")


def test_folders_without_permission_are_refused(tmp_path: Path) -> None:
    """Before the data are read: that they are not there is not seen."""
    tmp_path.chmod(0o500)
    done = run_with_permissions("suggest", tmp_path / "missing.csv", "-o", tmp_path / "suite.json")
    assert done.returncode == 2
    assert "no permission" in done.stderr


def test_command_writes_a_suite_that_check_takes(run: Run, tmp_path: Path) -> None:
    """Suggest, then check the same data with it."""
    path, sample = tmp_path / "penguins.json", SAMPLES / "penguins.jsonl"
    outcome = run("suggest", sample, "--target", "species", "-o", path, "--quiet")
    assert outcome.code == 0
    assert f"written: {path}" in outcome.out
    checked = run("check", sample, "--expectations", path, "--only", "expectations", "--quiet")
    assert checked.code == 0


def test_command_prints_the_suite_without_an_output(run: Run) -> None:
    """To be piped: nothing else is on standard output."""
    outcome = run("suggest", SAMPLES / "penguins.jsonl", "--no-values", "--quiet", "--batch-rows", 100)
    suite = json.loads(outcome.out)
    assert "for batches of 100 rows" in suite["notes"]
    assert "Adelie" not in outcome.out


def test_command_takes_options_from_the_configuration(run: Run, tmp_path: Path) -> None:
    """Under ``[suggest]``; a wrong key is refused."""
    config = tmp_path / "prefit.toml"
    config.write_text('target = "species"\n[suggest]\nbatch_rows = 50\nvalues = false\n')
    outcome = run("suggest", SAMPLES / "penguins.jsonl", "--config", config)
    assert "for batches of 50 rows" in outcome.out
    assert "Adelie" not in outcome.out
    assert run("suggest", SAMPLES / "penguins.jsonl", "--config", config, "--memory", "64GB").code == 0
    config.write_text('memory = "1MB"\n')
    assert "memory must do for" in run("suggest", SAMPLES / "penguins.jsonl", "--config", config).err
    config.write_text("[suggest]\nrows = 50\n")
    refused = run("suggest", SAMPLES / "penguins.jsonl", "--config", config)
    assert refused.code == 2
    assert "key 'rows' does not exist" in refused.err


def test_command_refuses_an_output_before_it_reads(run: Run, tmp_path: Path) -> None:
    """The data are not even looked for."""
    outcome = run("suggest", tmp_path / "none.parquet", "-o", tmp_path)
    assert outcome.code == 2
    assert "got a folder" in outcome.err
