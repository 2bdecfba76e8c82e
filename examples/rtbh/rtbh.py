#!/usr/bin/env python3
"""rtbh.py FILE: announces every address of FILE as a blackhole (RFC 7999), and withdraws what leaves the file."""

import ipaddress
import os
import sys
import threading
import time

NEXT_HOP = '192.0.2.66'  # routers have a discard route for it


def log(text):
    print(text, file=sys.stderr, flush=True)


def read_all(stream):
    """What we are told is not needed, but must be read."""
    for line in stream:
        if line.strip() == 'error':
            log('a command was refused: see the log of Peerline')
    os._exit(0)  # end of file: Peerline is going


def wanted(path):
    """The host routes of the file; what is no address is told and left out."""
    routes = set()
    try:
        with open(path, encoding='utf-8') as lines:
            entries = [line.split('#')[0].strip() for line in lines]
    except FileNotFoundError:
        return routes
    for entry in filter(None, entries):
        try:
            address = ipaddress.ip_address(entry)
        except ValueError:
            log(f'{entry}: not an address')
            continue
        routes.add(f'{address}/{address.max_prefixlen}')
    return routes


def main(path):
    threading.Thread(target=read_all, args=(sys.stdin,), daemon=True).start()
    announced = set()
    before = None
    while True:
        now = os.stat(path).st_mtime_ns if os.path.exists(path) else 0
        if now != before:
            before = now
            routes = wanted(path)
            for route in sorted(routes - announced):
                print(f'announce route {route} next-hop {NEXT_HOP} community [ blackhole no-export ]', flush=True)
            for route in sorted(announced - routes):
                print(f'withdraw route {route}', flush=True)
            announced = routes
        time.sleep(0.5)


main(sys.argv[1])
