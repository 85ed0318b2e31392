"""What comes in by itself: formats of files and requests, the drop folder, safe reading."""
