"""What each command does and says; `cli.py` turns arguments into calls and prints the answer."""
