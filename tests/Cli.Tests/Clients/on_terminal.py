"""Runs a program on a terminal of its own and passes on what it shows, byte for byte.

    on_terminal.py TEXT TIMES PROGRAM [ARGUMENT ...]

Types Ctrl+C as soon as TEXT has been shown so many TIMES; never where TIMES is 0. Ends as the program does.
"""
import fcntl
import os
import pty
import struct
import sys
import termios

text, times, program = sys.argv[1].encode(), int(sys.argv[2]), sys.argv[3:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(program[0], program)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
shown = b""
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # the program has closed its end
        break
    if not part:
        break
    sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()
    shown += part
    if times and shown.count(text) >= times:
        times = 0
        os.write(terminal, b"\x03")
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
