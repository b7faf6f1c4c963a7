"""Opening sources stays light."""

from __future__ import annotations

import subprocess
import sys


def test_importing_sources_loads_no_heavy_library() -> None:
    """DuckDB, pandas, polars and pyarrow.dataset wait until they are needed."""
    code = (
        "import sys, prefit.sources; "
        "print([m for m in ('duckdb', 'pandas', 'polars', 'pyarrow.dataset', 'pyarrow.orc') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
