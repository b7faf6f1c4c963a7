"""Where the fold runs."""
