"""The monthly report and the pages that a browser shows: figures in, text out."""
