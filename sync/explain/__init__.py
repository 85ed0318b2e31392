"""Figures taken apart: pure over the scene and the figures that the sheets show."""
