"""What comes in by itself: over HTTP, by mail, and what becomes of it."""
