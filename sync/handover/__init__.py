"""One person's clients go to another: the packet to read, and the move itself."""
