"""Nouns of the trade and of the sync: frozen data, no I/O, standard library only."""
