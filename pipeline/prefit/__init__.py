"""prefit: know before you fit."""

__version__ = "0.1.0"
