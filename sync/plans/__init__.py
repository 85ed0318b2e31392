"""Plans, norms, the calendar and the tax tables: what the owner decides, what follows from it."""
