"""The door for strangers: what may come in over HTTP, and how it is answered."""
