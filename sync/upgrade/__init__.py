"""Living books brought to a newer blueprint, and taken back."""

from sync.upgrade.back import Returned, TakenBack, take_back
from sync.upgrade.run import UpgradeReport, upgrade
from sync.upgrade.steps import BookUpgrade, Did, Left, Step, Why

__all__ = [
    "BookUpgrade",
    "Did",
    "Left",
    "Returned",
    "Step",
    "TakenBack",
    "UpgradeReport",
    "Why",
    "take_back",
    "upgrade",
]
