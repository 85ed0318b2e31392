"""Google Sheets without Google: an emulator, and what is shown against it."""
