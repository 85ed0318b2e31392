"""Books in Google Sheets: read, laid, written and guarded over gspread."""
