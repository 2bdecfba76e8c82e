"""Who commands and who takes, for the time from one command to the wire: Python starts to act on what it hears in a
third of the time that Node takes, which would be counted as the time of whoever is measured.

latency.py write COMMANDS GO REPORT PACE-MS N: when the file GO appears, writes the first N lines of COMMANDS one at a
time; REPORT has when, in monotonic milliseconds. Reads its answers in between.
latency.py take PORT FROM AS N: a BGP speaker that prints {"up":MS}, then {"received":MS,"times":[MS,…]} of N prefixes.
"""
import json
import os
import select
import socket
import struct
import sys
import time

OPEN, UPDATE, KEEPALIVE = 1, 2, 4
HOLD_SECONDS = 180
CAPABILITIES = '02060104000100010206410400000000'


def now_ms():
    return time.monotonic_ns() / 1e6


def tell(what):
    print(json.dumps(what), flush=True)


def write(commands, go, report, pace_ms, count):
    with open(commands, 'rb') as file:
        lines = file.read().splitlines(keepends=True)[:int(count)]
    while not os.path.exists(go):
        time.sleep(0.02)
    times = []
    for line in lines:
        times.append(now_ms())
        os.write(1, line)
        until = times[-1] + float(pace_ms)
        while (left := until - now_ms()) > 0:
            if select.select([0], [], [], left / 1000)[0] and not os.read(0, 65536):
                return
    with open(report + '.new', 'w') as file:
        json.dump(times, file)
    os.rename(report + '.new', report)
    while os.read(0, 65536):
        pass


def message(kind, body=b''):
    return b'\xff' * 16 + struct.pack('!HB', 19 + len(body), kind) + body


def prefixes_in(update):
    withdrawn = struct.unpack_from('!H', update)[0]
    attributes = struct.unpack_from('!H', update, 2 + withdrawn)[0]
    at = 4 + withdrawn + attributes
    found = 0
    while at < len(update):
        at += 1 + (update[at] + 7) // 8
        found += 1
    return found


def connected(port, source):
    while True:
        try:
            peer = socket.create_connection(('127.0.0.1', int(port)), source_address=(source, 0))
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return peer
        except OSError:
            time.sleep(0.1)


def take(port, source, number, count):
    peer = connected(port, source)
    capabilities = bytes.fromhex(CAPABILITIES)[:-4] + struct.pack('!I', int(number))
    opening = struct.pack('!BHH4sB', 4, int(number), HOLD_SECONDS, socket.inet_aton(source), len(capabilities))
    peer.sendall(message(OPEN, opening + capabilities))
    pending, times, up = b'', [], False
    while len(times) < int(count):
        chunk = peer.recv(65536)
        at_ms = now_ms()
        if not chunk:
            sys.exit('the session ended')
        pending += chunk
        while len(pending) >= 19 and len(pending) >= (length := struct.unpack('!H', pending[16:18])[0]):
            kind, body, pending = pending[18], pending[19:length], pending[length:]
            if kind == OPEN:
                peer.sendall(message(KEEPALIVE))
            elif kind == KEEPALIVE and not up:
                up = True
                tell({'up': at_ms})
            elif kind == UPDATE:
                times += [at_ms] * prefixes_in(body)
    tell({'received': times[-1], 'times': times})
    while peer.recv(65536):
        pass


if __name__ == '__main__':
    {'write': write, 'take': take}[sys.argv[1]](*sys.argv[2:])
