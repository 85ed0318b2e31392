"""Mass damage must be held, ordinary days must not: `python -m tests.acceptance.damage`."""
