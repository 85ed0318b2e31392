"""Documents that a program of this machine has open: LibreOffice over UNO, Excel over xlwings.

Each program is spoken to by a child process over a pipe, a line of JSON at a time, so that one that
hangs is killed and started anew (`process`). `documents` is the place that the pass meets.
"""
