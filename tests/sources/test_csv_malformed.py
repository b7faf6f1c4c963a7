"""Every line of a CSV file is a row or a malformed row: none is padded, cut or lost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from prefit.sources import CsvOptions, open_source

from .reading import read, written

pytestmark = pytest.mark.usefixtures("either_reader")

GOOD = [f"{i},x{i},{i * 2}" for i in range(1, 41)]
FAULTS = {
    "1,2": "2 fields instead of 3",
    "1,2,3,4": "4 fields instead of 3",
    "1,2,3,4,5,6": "6 fields instead of 3",
    "just text": "1 field instead of 3",
    '1,"open,3': "a quote without its end, or text after it",
    '1,"x"y,3': "a quote without its end, or text after it",
    '1,2,"open': "a quote without its end, or text after it",
}


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("position", [0, 20, 40])
@pytest.mark.parametrize("fault", FAULTS)
def test_planted_line_is_told_and_the_others_read(tmp_path: Path, fault: str, position: int, line_end: str) -> None:
    """One bad line at the start, in the middle or at the end costs that line alone."""
    lines = ["a,b,c", *GOOD[:position], fault, *GOOD[position:]]
    rows, malformed = read(open_source(written(tmp_path / "t.csv", line_end.join(lines))))
    assert [row["a"] for row in rows] == list(range(1, 41))
    assert [(row.line, row.file, row.reason) for row in malformed] == [(position + 2, "t.csv", FAULTS[fault])]


def test_line_numbers_count_quoted_line_breaks(tmp_path: Path) -> None:
    """The number is that of the line in an editor, not that of the record."""
    content = 'a,b\n1,"x\ny\nz"\nshort\n2,"p\n\nq"\n1,2,3\n3,ok\n'
    rows, malformed = read(open_source(written(tmp_path / "t.csv", content)))
    assert [row["b"] for row in rows] == ["x\ny\nz", "p\n\nq", "ok"]
    assert [row.line for row in malformed] == [5, 9]


def test_blank_lines_are_no_rows(tmp_path: Path) -> None:
    """Blank lines between rows and at the end count as lines only."""
    rows, malformed = read(open_source(written(tmp_path / "t.csv", "a,b\n1,2\n\n3\n\n4,5\n\n\n")))
    assert [row["a"] for row in rows] == [1, 4]
    assert [row.line for row in malformed] == [4]


def test_mixed_line_ends_are_read(tmp_path: Path) -> None:
    """A file put together from two systems loses nothing."""
    rows, malformed = read(open_source(written(tmp_path / "t.csv", "a,b\r\n1,2\n3,4\r\n5\n6,7\n")))
    assert [row["a"] for row in rows] == [1, 3, 6]
    assert [row.line for row in malformed] == [4]


def test_line_that_is_not_utf8_is_told(tmp_path: Path) -> None:
    """In a file that is UTF-8 otherwise, bad bytes cost their line."""
    content = "a,b\né,ü\n1,".encode() + b"\xff\n2,\xc3\xa9\n"
    rows, malformed = read(open_source(written(tmp_path / "t.csv", content)))
    assert [row["a"] for row in rows] == ["é", "2"]
    assert [(row.line, row.reason) for row in malformed] == [(3, "bytes that are not UTF-8")]


def test_utf8_as_option_makes_other_bytes_malformed(tmp_path: Path) -> None:
    """Without the option, the same file is Windows-1252."""
    path = written(tmp_path / "t.csv", b"a,b\n1,x\n2,\xe9\n")
    assert read(open_source(path))[0][1]["b"] == "é"
    rows, malformed = read(open_source(path, options=CsvOptions(encoding="utf-8")))
    assert ([row["a"] for row in rows], [row.line for row in malformed]) == ([1], [3])


def test_line_numbers_hold_in_changed_copies(tmp_path: Path) -> None:
    """Transcoding, a byte order mark and dropped lines do not shift the numbers."""
    text = 'a,b\nü,1\nshort\n"x,2\ny,3\n1,2,3\nz,4\n'
    for name, content in (("mark.csv", text.encode("utf-8-sig")), ("wide.csv", text.encode("utf-16"))):
        rows, malformed = read(open_source(written(tmp_path / name, content)))
        assert [row["b"] for row in rows] == [1, 3, 4]
        assert [row.line for row in malformed] == [3, 4, 6]


def test_to_table_warns_of_what_it_leaves_out(tmp_path: Path) -> None:
    """Nothing is lost in silence in the table either."""
    source = open_source(written(tmp_path / "t.csv", "a,b\n1,2\n3\n"))
    with pytest.warns(UserWarning, match=r"1 malformed lines.*line 3 of t\.csv: 1 field instead of 2"):
        assert source.to_table().num_rows == 1


@pytest.mark.parametrize("seed", range(6))
def test_random_faults_are_all_found(tmp_path: Path, seed: int) -> None:
    """Hundreds of rows with quoted line breaks and quotes, faults of all kinds among them."""
    rng = random.Random(seed)
    lines, expected, faulty, number = ["key,text,n"], [], [], 2
    for index in range(400):
        if rng.random() < 0.05:
            lines.append(rng.choice(list(FAULTS)))
            faulty.append(number)
        else:
            text = "v" + "".join(rng.choice('ab, "\né') for _ in range(rng.randint(0, 6))) + "w"
            expected.append((f"k{index}", text))
            quoted = text.replace('"', '""')
            lines.append(f'k{index},"{quoted}",{index}')
        number += lines[-1].count("\n") + 1
    rows, malformed = read(open_source(written(tmp_path / "t.csv", rng.choice(["\n", "\r\n"]).join(lines) + "\n")))
    assert [(row["key"], row["text"]) for row in rows] == expected
    assert [row.line for row in malformed] == faulty
