"""Figure screens."""
