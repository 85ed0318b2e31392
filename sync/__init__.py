"""The daemon: read, validate, deduplicate, merge, plan, back up, write, remember."""
