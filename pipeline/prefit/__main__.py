"""``python -m prefit`` is the command ``prefit``."""

from prefit.cli import main

main()
