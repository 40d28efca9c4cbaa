"""Runs a program in a terminal of its own: what it shows goes to standard output, and standard input is what is typed."""
import os
import pty
import sys

sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))
