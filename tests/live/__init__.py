"""Processes and files as they are in an office: nothing is faked."""
