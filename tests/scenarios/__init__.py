"""Stories of whole teams: other programs work on the books, one pass follows, nothing is lost."""
