"""What a profile loads: pandas alone would take a third of a second and 40 MB."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq


def test_profile_of_a_parquet_file_loads_no_pandas(tmp_path: Path) -> None:
    """Neither reading nor folding nor finishing touches a call of pyarrow that imports it."""
    n = 3_000
    table = pa.table(
        {
            "x": [None if i % 7 == 0 else i / 3 for i in range(n)],
            "category": [("red", "Red ", "n/a", "blue")[i % 4] for i in range(n)],
            "text": [f"order {i} of 2024-01-01" for i in range(n)],
            "when": [dt.datetime(2024, 1, 1) + dt.timedelta(hours=i) for i in range(n)],
            "price": [Decimal(i) / 100 for i in range(n)],
            "flag": [i % 3 == 0 for i in range(n)],
            "tags": [["a"] * (i % 3) for i in range(n)],
            "y": [("yes", "no", "")[i % 3] for i in range(n)],
        }
    )
    pq.write_table(table, tmp_path / "table.parquet", row_group_size=1_000)
    code = (
        "import sys; from prefit.cli import main\n"
        f"try: main(['profile', {str(tmp_path / 'table.parquet')!r}, '--target', 'y', '-q', '--workers', '1'])\n"
        "except SystemExit as done: assert done.code == 0\n"
        "sys.exit('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
