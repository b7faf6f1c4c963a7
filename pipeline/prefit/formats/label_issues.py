"""The rows whose labels were looked at, as a Parquet file beside the report, whatever its formats."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FILE_NAME", "render"]

FILE_NAME = "label_issues.parquet"


def render(issues: pa.Table) -> bytes:
    """Return the table as a Parquet file."""
    import pyarrow.parquet as pq

    content = io.BytesIO()
    pq.write_table(issues, content)
    return content.getvalue()
