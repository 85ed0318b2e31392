"""Value added tax by year, as the law has it (Tax Code, article 164)."""

from __future__ import annotations

from fractions import Fraction
from types import MappingProxyType

VAT = MappingProxyType({2004: Fraction(18, 100), 2019: Fraction(20, 100), 2026: Fraction(22, 100)})
"""First year of each general rate: 22 % from 2026 by law 425-FZ of 28 November 2025."""
