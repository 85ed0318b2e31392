"""Pay: base, commission, bonuses, deductions and what a month may still bring (METRICS.md 6)."""
