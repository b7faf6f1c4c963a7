"""Tables of Delta Lake and Iceberg, read as they were at one version, a data file at a time."""

from prefit.sources.lakes.opening import is_lake, open_lake

__all__ = ["is_lake", "open_lake"]
