"""Merge base, history, facts and sums, in one database."""
