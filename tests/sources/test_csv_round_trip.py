"""Whatever a CSV writer writes comes back."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prefit.sources import CsvOptions, open_source

from .reading import read

pytestmark = pytest.mark.usefixtures("either_reader")

texts = st.text(
    st.one_of(
        st.sampled_from(",;\t|\"' \nabé😀0.-#<&"),
        st.characters(exclude_categories=["Cs", "Cc"]),
    ),
    max_size=12,
)
rows = st.lists(st.tuples(texts, texts), max_size=12)


def _written_and_read(
    table: list[tuple[str, str]], delimiter: str, quoting: int, options: CsvOptions | None
) -> list[tuple[str, ...]]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n", quoting=quoting)
    writer.writerow(["first", "second", "marker"])
    writer.writerows([*row, "text"] for row in table)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "t.csv")
        path.write_bytes(buffer.getvalue().encode())
        found, malformed = read(open_source(path, options=options))
    assert malformed == []
    return [(row["first"] or "", row["second"] or "") for row in found]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(table=rows, delimiter=st.sampled_from(",;\t|"))
def test_quoted_texts_come_back(table: list[tuple[str, str]], delimiter: str) -> None:
    """All texts are quoted, the dialect is told: each comes back as it was, unless its column is one of numbers."""
    named = [("x" + first, "y" + second) for first, second in table]  # so that every column is text
    options = CsvOptions(delimiter=delimiter, quote='"', header=True)
    assert _written_and_read(named, delimiter, csv.QUOTE_ALL, options) == named


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(table=st.lists(st.tuples(texts, texts), min_size=1, max_size=12))
def test_sniffed_texts_come_back(table: list[tuple[str, str]]) -> None:
    """Quotes only where needed and no option given: the dialect is found and no row is lost."""
    named = [("x" + first, "y" + second) for first, second in table]
    assert _written_and_read(named, ",", csv.QUOTE_MINIMAL, None) == named


@pytest.mark.parametrize("text", ["a\rb", "a\r\nb"])
def test_carriage_returns_inside_quotes_come_back(text: str) -> None:
    """Line ends of another kind than those of the file are values inside quotes."""
    assert _written_and_read([(text, "z")], ",", csv.QUOTE_ALL, None) == [(text, "z")]
