"""A new scheme of pay over past months, beside the one that was in force."""
