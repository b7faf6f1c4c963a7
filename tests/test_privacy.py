"""No cell of the data gets into a report unasked."""

from __future__ import annotations

import html
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

import prefit

N = 500


def secrets() -> pa.Table:
    """Return a table whose texts are all marked, with most faults that a text column can have."""
    rng = np.random.default_rng(0)
    city = np.char.add("cell-city-", rng.integers(0, 5, N).astype(str))
    city[:20] = np.char.upper(city[:20])
    names = np.char.add("cell-name-", np.arange(N).astype(str))
    notes = [f"cell-note {word} <b>{k % 60}</b> was here again" for k, word in enumerate(names)]
    broken = np.where(rng.random(N) < 0.05, "cell-unknown", rng.integers(0, 99, N).astype(str))
    label = np.where(rng.random(N) < 0.5, "cell-yes", "cell-no").astype(object)
    label[:3] = "cell-rare"
    closing = np.where(label == "cell-yes", "cell-closed", "cell-open")
    table = {"city": city, "name": names, "note": notes, "amount": broken, "closing": closing, "label": label}
    return pa.table({key: pa.array(list(values), pa.string()) for key, values in table.items()})


@pytest.mark.parametrize("shown", [False, True])
def test_texts_of_the_data_are_in_no_format_unless_allowed(tmp_path: Path, shown: bool) -> None:
    """Faulty, frequent, rare, leaking and unseen values are named by their columns and counts."""
    data = secrets()
    test = data.slice(300).set_column(0, "city", pa.array(["cell-new"] * 200))
    report = prefit.check(data.slice(0, 350), target="label", test=test, level="quick", show_values=shown)
    report.save(tmp_path)
    written = {file.name: html.unescape(file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()}
    assert len([finding for finding in report.findings if finding.status in ("warn", "fail")]) >= 5
    assert {name for name, text in written.items() if "cell-" in text.lower()} == (set(written) if shown else set())
