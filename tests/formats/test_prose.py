from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.formats.samples import HOSTILE_NAMES

from prefit.formats.prose import parts


@given(st.text(st.sampled_from("ab.(['])= `-\n\"_"), max_size=300))
def test_no_character_is_lost(text: str) -> None:
    """The parts are the text, but for the backticks around code."""
    assert "".join(part for _, part in parts(text)) in (text, text.replace("`", ""))


def test_a_chain_of_calls_is_one_part() -> None:
    """As it stands in remedies: assigned, subscripted, with nested calls."""
    code = "df['a b'] = pd.to_numeric(df['a b'].str.replace(r'[^0-9]', '', regex=True))"
    assert parts(f"Write {code}, then look.") == [(False, "Write "), (True, code), (False, ", then look.")]


def test_words_and_figures_are_no_code() -> None:
    """Brackets of prose stay prose."""
    for text in ("12.4 % of the rows (31 of 250)", "the column(s)", "well-known, and -- as said -- e.g. this", "f (x)"):
        assert parts(text) == [(False, text)]


def test_hostile_names_pass_through() -> None:
    """Escaping is for those who show the parts."""
    for name in HOSTILE_NAMES:
        assert "".join(part for _, part in parts(name)).replace("`", "") == name.replace("`", "")
