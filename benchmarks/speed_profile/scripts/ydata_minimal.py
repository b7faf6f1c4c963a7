"""ydata-profiling in its minimal form, without rendering a page."""

import sys

import pandas as pd
from ydata_profiling import ProfileReport

path = sys.argv[1]
frame = pd.read_csv(path) if path.endswith(".csv") else pd.read_parquet(path)
ProfileReport(frame, minimal=True, progress_bar=False).get_description()
