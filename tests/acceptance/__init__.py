"""Runners that take files as arguments and print `name: value` lines and a verdict."""
