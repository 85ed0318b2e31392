"""Sessions of people at a real LibreOffice between passes of the real daemon."""
