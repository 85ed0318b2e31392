"""One client on one card: the rows that are the client's, what they add up to, how it is shown."""
