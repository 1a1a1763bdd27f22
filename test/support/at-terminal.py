"""Runs a command at a terminal of its own and types into it.

usage: at-terminal.py '[["text to wait for", "what to type"], ...]' COMMAND ARG...
Prints {"code", "screen"} as JSON; `screen` is all that the terminal was sent, escape codes included.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios
import time

script = json.loads(sys.argv[1])
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])

fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 140, 0, 0))
screen = b""
deadline = time.monotonic() + 90
while time.monotonic() < deadline:
    ready, _, _ = select.select([terminal], [], [], 0.1)
    if ready:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:  # Linux says so at the end of a terminal
            break
        if not chunk:
            break
        screen += chunk
    if script and script[0][0].encode() in screen:
        time.sleep(0.2)  # a prompt is drawn before it listens
        os.write(terminal, script.pop(0)[1].encode())
else:
    os.kill(pid, 9)

_, status = os.waitpid(pid, 0)
print(json.dumps({"code": os.waitstatus_to_exitcode(status), "screen": screen.decode(errors="replace")}))
