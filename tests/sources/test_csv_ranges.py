"""Large CSV files: cut into ranges at true ends of records, with types that hold or a contradiction."""

from __future__ import annotations

import pickle
import random
from pathlib import Path

import pyarrow as pa
import pytest

from prefit.errors import Contradiction
from prefit.sources import CsvOptions, TableSource, csv_tidy, cutting, open_source
from prefit.sources.csv import open_whole
from prefit.sources.csv_tidy import open_tidy
from prefit.sources.files import find_files

from .reading import read, written


@pytest.fixture
def small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at bytes in pieces of a few records, and cut into ranges of a few pieces."""
    monkeypatch.setattr(cutting, "_BLOCK_BYTES", 64)
    monkeypatch.setattr(cutting, "_LEAST_RANGE_BYTES", 300)
    monkeypatch.setattr(cutting, "_MOST_RANGE_BYTES", 300)


def _tidy(path: Path) -> TableSource:
    name, files = find_files(str(path))
    return open_tidy(name, files, CsvOptions())


def _whole(path: Path) -> TableSource:
    name, files = find_files(str(path))
    return open_whole(name, files, CsvOptions())


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("seed", range(4))
def test_ranges_are_cut_at_ends_of_records(tmp_path: Path, small_ranges: None, seed: int, line_end: str) -> None:
    """Quoted line ends, doubled quotes and blank lines hide no cut, and every range knows its first row."""
    rng = random.Random(seed)
    pieces = ["a", "b", ",", " ", "é", '""', *(["\n"] if line_end == "\n" else [])]
    lines = ["n,text,z"]
    for index in range(300):
        text = "v" + "".join(rng.choices(pieces, k=rng.randint(0, 9)))
        lines.append(f'{index},"{text}",{rng.random()}')
        lines += [""] * (rng.random() < 0.1)
    path = written(tmp_path / "t.csv", line_end.join(lines) + rng.choice([line_end, ""]))
    source = _tidy(path)
    assert len(source.parts) > 10
    assert read(source) == read(_whole(path))


def test_ranges_can_be_read_in_any_order(tmp_path: Path, small_ranges: None) -> None:
    """After pickling too; what tells them apart is different for each, and for another content."""
    path = written(tmp_path / "t.csv", "a,b\n" + "".join(f"{i},x{i}\n" for i in range(200)))
    parts = pickle.loads(pickle.dumps(_tidy(path))).partitions()
    for part in reversed(parts):
        assert part.first_row == next(part.batches(print))["a"][0].as_py()
    assert len({part.identity for part in parts}) == len(parts)
    written(path, "a,b\n" + "".join(f"{i},y{i}\n" for i in range(200)))
    assert not {part.identity for part in parts} & {part.identity for part in _tidy(path).parts}


@pytest.mark.parametrize(
    "line",
    ['1,"open', '1,"x"y', '1,a"b', '1, "x"', "1,x\r", "1,\0", "0x1f,2", "1,nan(1)", '1,"x" '],
    ids=["open", "after", "inside", "blank", "return", "zero", "hexadecimal", "payload", "blank-after"],
)
def test_untidy_file_is_refused(tmp_path: Path, small_ranges: None, line: str) -> None:
    """Where readers disagree on what a record or a number is, wherever it stands."""
    good = "".join(f"{i},x\n" for i in range(100))
    path = written(tmp_path / "t.csv", f"a,b\n{good}{line}\n{good}")
    with pytest.raises(Contradiction, match=r"^t\.csv must be tidy"):
        _tidy(path)


@pytest.mark.parametrize("line", ["1", "1,2,3", "1,\xff", "x,2", "2020-01-01,2"])
def test_line_that_samples_do_not_foretell_is_a_contradiction(tmp_path: Path, small_ranges: None, line: str) -> None:
    """Too few and too many fields, bytes that are not UTF-8, and another type; settled, the source tells all."""
    good = b"".join(b"%d,2\n" % i for i in range(500))
    path = written(tmp_path / "t.csv", b"a,b\n" + good + line.encode("latin-1") + b"\n" + good)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cutting, "_SAMPLED_HEAD_BYTES", 600)
        patch.setattr(cutting, "_SAMPLED_RANGES", 1)
        source = _tidy(path)
        with pytest.raises(Contradiction, match=r"^t\.csv\[\d+:\] must hold what its samples do"):
            source.to_table()
        patch.setattr("prefit.sources.csv.LARGE_BYTES", 0)
        assert read(open_source(path)) == read(_whole(path))


_AT_THE_EDGE = {
    "5": ["+5", "0x1f", "9223372036854775808", "5.0", "1_0", " 5", "5\t", "-0"],
    "1.5": ["1e999", "-nan", "+1.5", "12345678901234567890", "9223372036854775808.0", " 1.5", "inf", "1e", "1d"],
    "2020-01-05": [" 2020-01-05", "2020-02-30", "2020-1-5", "20200105", "2020-01-05T00:00"],
    "2020-01-05 10:30": ["2020-01-05 10", "2020-01-05 24:00", "2020-01-05 10:30:15.1234567", "2020-01-05T10:30"],
    "2020-01-05 10:30Z": ["2020-01-05 10Z", "2020-01-05 10:30+1", "2020-01-05 10:30-01:30", "2020-01-05 10:30"],
    "true": ["1", "TRUE", "tRuE", " true", "yes"],
    "": ["1", "x", " ", '""'],
}


@pytest.mark.parametrize(("usual", "edge"), [(usual, edge) for usual, edges in _AT_THE_EDGE.items() for edge in edges])
def test_values_at_the_edge_of_a_type_are_as_exact_reading_has_them(tmp_path: Path, usual: str, edge: str) -> None:
    """Or they are a contradiction: never another value, and never another type."""
    path = written(tmp_path / "t.csv", "a,b\n" + f"1,{usual}\n" * 50 + f"1,{edge}\n")
    name, files = find_files(str(path))
    exact = _whole(path).to_table()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_tidy, "scan", _scan_of_the_first_lines)
        try:
            found = open_tidy(name, files, CsvOptions()).to_table()
        except Contradiction:
            return
    assert (found.schema, repr(found["b"].to_pylist())) == (exact.schema, repr(exact["b"].to_pylist()))


def _scan_of_the_first_lines(con: object, path: Path, *arguments: object) -> object:
    from prefit.sources.csv_scan import scan

    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:40]))
    return scan(con, path, *arguments)  # type: ignore[arg-type]


def test_column_without_values_in_samples_is_text_if_it_stays_so(tmp_path: Path) -> None:
    """As where all rows are looked at."""
    path = written(tmp_path / "t.csv", "a,b\n" + "1,\n" * 50)
    assert _tidy(path).to_table().schema.field("b").type == pa.string()


def test_batches_are_as_large_as_they_may_be(tmp_path: Path) -> None:
    """Small batches cost more than they hold."""
    path = written(tmp_path / "t.csv", "a,b\n" + "1,2\n" * 300_000)
    sizes = [batch.num_rows for part in _tidy(path).partitions() for batch in part.batches(print)]
    assert max(sizes) <= 131_072
    assert len(sizes) == 3


def test_first_rows_are_parsed_alone(tmp_path: Path) -> None:
    """A plan is made of few rows; a batch of all that may be read at once would be parsed for nothing."""
    path = written(tmp_path / "t.csv", "a,b\n" + f"1,{'x' * 60}\n" * 100_000)
    part = _tidy(path).parts[0]
    assert 100 <= next(part.head(100)).num_rows < next(part.batches(print)).num_rows
    assert sum(batch.num_rows for batch in part.head(100)) == part.n_rows
