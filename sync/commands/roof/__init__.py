"""The commands by what they are about; `cli.py` hangs them under one name."""
