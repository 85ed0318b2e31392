"""Tests of sync/imports."""
