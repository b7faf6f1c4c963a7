"""Estimators and networks that the user brings."""
