"""Tests of sync/intake."""
