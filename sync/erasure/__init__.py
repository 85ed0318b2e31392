"""A client erased from everything that the program keeps: books, store, copies, files, log."""
