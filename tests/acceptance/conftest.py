"""The small team of the tests of `sync`, for the tests of the runners."""

from tests.sync.conftest import office, rested

__all__ = ["office", "rested"]
