"""Sheets v4 and Drive v3 in memory, as far as gspread and this program speak them.

What Google does is taken from its recorded answers and its discovery documents; where neither says
anything, the behaviour is an assumption of ours and stands in docs/assumptions.md.
"""
