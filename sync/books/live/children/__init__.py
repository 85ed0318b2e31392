"""Child processes that speak with one program each; the standard library and that program only."""
