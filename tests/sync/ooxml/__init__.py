"""Tests of sync/ooxml/."""
