"""Ends of records, found 64 bytes at once: as a walk from byte to byte finds them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefit.errors import Contradiction
from prefit.sources import csv_layout, cutting
from prefit.sources.csv_layout import blocks_of
from prefit.sources.dialect import Dialect

DIALECT = Dialect(",", '"', '"', False, 0, ("a", "b"))
_PIECES = ["a", ",", '"', '""', '"b"', '"b,"', '"b\n"', "\n", "x" * 61, ',"y"\n']


def _walked(text: str) -> tuple[int, int, bool] | None:
    """Return the length, the rows and whether one spans lines, of the whole records; None if a quote is misplaced."""
    inside, begun, found = False, 0, (0, 0, False)
    for place, sign in enumerate(text):
        inside ^= sign == '"'
        if sign == "\n" and not inside:
            spans = "\n" in text[begun:place]
            found = place + 1, found[1] + (place > begun), found[2] or spans
            begun = place + 1
    return found if _is_tidy(text[: found[0]]) else None


def _is_tidy(records: str) -> bool:
    """Whether every quote opens a field, or closes one, or closes and opens again beside another quote."""
    inside = False
    for place, sign in enumerate(records):
        if sign == '"':
            inside = not inside
            beside = records[place + 1] if not inside else records[place - 1] if place else "\n"
            if beside not in ',\n"':
                return False
    return True


@given(st.lists(st.sampled_from(_PIECES), max_size=40), st.sampled_from(["\n", "\r\n"]))
def test_ends_of_records_are_those_of_a_walk(pieces: list[str], line_end: str) -> None:
    """Also beside the borders of words, with quoted and doubled quotes, blank lines and an open end."""
    text = "".join(pieces)
    expected = _walked(text)
    try:
        found = csv_layout._whole_records(
            text.replace("\n", line_end).encode(), DIALECT, "t", is_crlf=line_end == "\r\n"
        )
    except Contradiction:
        assert expected is None
        return
    assert expected is not None
    size, n_rows, spans_lines = expected
    assert found == (len(text[:size].replace("\n", line_end)), n_rows, spans_lines)


@pytest.mark.parametrize("block_bytes", [63, 64, 65, 127, 128, 1 << 18])
def test_blocks_are_the_file(tmp_path: Path, block_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever their size, no byte is lost and no row counted twice."""
    content = b'1,"a\nb"\n\n2,"""c"",d"\n3,e\n' * 50 + b"4,f"
    (tmp_path / "t.csv").write_bytes(content)
    monkeypatch.setattr(cutting, "_BLOCK_BYTES", block_bytes)
    blocks = list(blocks_of(tmp_path / "t.csv", 0, DIALECT, "t", is_crlf=False))
    assert b"".join(block.content for block in blocks) == content
    assert (sum(block.n_rows for block in blocks), any(block.spans_lines for block in blocks)) == (151, True)
