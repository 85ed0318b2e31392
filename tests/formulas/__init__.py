"""The arithmetic, against the worked cases and by its properties."""
