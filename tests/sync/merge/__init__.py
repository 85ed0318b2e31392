"""The three-way merge, told as tables."""
