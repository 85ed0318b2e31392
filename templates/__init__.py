"""The blueprint of the workbook: sheets, columns, owners, lists, locks, looks."""
