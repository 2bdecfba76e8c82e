#!/usr/bin/env python3
"""healthcheck.py PREFIX HOST PORT: announces PREFIX with MED 100 while HOST:PORT takes connections, else with 1000."""
import socket
import sys
import threading
import time

prefix, host, port = sys.argv[1], sys.argv[2], int(sys.argv[3])


def works():
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def drain():
    """Answers must be read, though they do not matter here; their end is ours."""
    for _ in sys.stdin:
        pass


threading.Thread(target=drain, daemon=True).start()
announced = None
while True:
    med = 100 if works() else 1000
    if med != announced:
        print(f'announce route {prefix} next-hop self med {med}', flush=True)
        print(f'{host}:{port} is {"up" if med == 100 else "down"}', file=sys.stderr, flush=True)
        announced = med
    time.sleep(0.5)
