"""Tests of the templates room."""
