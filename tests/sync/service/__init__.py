"""Tests of sync/service."""
