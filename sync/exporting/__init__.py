"""Rows that leave the base: by the rights of whom they are for, written down, and recognised."""
