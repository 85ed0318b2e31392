"""Versioned copies of workbooks: take, verify, list, restore."""
