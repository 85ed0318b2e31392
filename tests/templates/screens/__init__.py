"""Tests of the figure screens."""
