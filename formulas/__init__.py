"""Arithmetic: calendar, plan versus actual, pay; and the language of live cells."""
