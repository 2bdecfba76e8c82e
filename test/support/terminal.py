"""Runs a program in a terminal: what it shows goes to stdout; stdin holds lines `expect TEXT`, `type TEXT`
(JSON strings), `file PATH`, to wait until it is there, and `wait`, for the end. Exit code 1 when something expected is not shown in time."""

import json
import os
import pty
import select
import sys
import time

PATIENCE_SECONDS = 20
steps = [line.rstrip('\n').partition(' ') for line in sys.stdin]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
shown = ''
seen = 0


def read(seconds):
    global shown
    ready, _, _ = select.select([terminal], [], [], seconds)
    if not ready:
        return True
    try:
        octets = os.read(terminal, 65536)
    except OSError:
        return False
    shown += octets.decode(errors='replace')
    return octets != b''


def expect(text):
    global seen
    end = time.monotonic() + PATIENCE_SECONDS
    while text not in shown[seen:]:
        if time.monotonic() > end or not read(0.1):
            sys.stdout.write(shown)
            sys.exit(f'not shown: {text!r} after {shown[seen:]!r}')
    seen = shown.index(text, seen) + len(text)


for word, _, rest in steps:
    if word == 'type':
        os.write(terminal, json.loads(rest).encode())
    elif word == 'expect':
        expect(json.loads(rest))
    elif word == 'file':
        while not os.path.exists(rest):
            read(0.1)
    elif word == 'wait':
        while read(PATIENCE_SECONDS):
            pass
        _, status = os.waitpid(pid, 0)
        sys.stdout.write(shown)
        sys.exit(os.waitstatus_to_exitcode(status))
