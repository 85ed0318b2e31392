"""One contract for every place where a book may stand."""
