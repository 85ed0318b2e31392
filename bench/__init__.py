"""Bench of the project."""
