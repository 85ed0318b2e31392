"""Ports to spreadsheets: one shape for every place where a team keeps its book."""
