"""Runners that take files as arguments and print counts."""
