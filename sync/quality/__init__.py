"""How well cards and deals are kept, what does not agree, and what looks unusual."""
