#!/usr/bin/env python3
"""mitigator.py FILE: lines of FILE are attacks, `ADDRESS PROTOCOL PORT RATE`, that the routers shall slow down."""
import ipaddress
import sys
import threading
import time

PROTOCOLS = ('tcp', 'udp')


def rule(line):
    """The match and the action of a line, or None for what is no attack."""
    words = line.split('#')[0].split()
    if not words:
        return None
    try:
        address, protocol, port, rate = words
        if protocol not in PROTOCOLS:
            raise ValueError(f'{protocol} is none of {", ".join(PROTOCOLS)}')
        match = f'destination {ipaddress.IPv4Address(address)}/32; protocol {protocol}; destination-port ={int(port)};'
        return match, f'rate-limit {int(rate)};'
    except ValueError as failure:
        print(f'{line.strip()}: {failure}', file=sys.stderr, flush=True)
        return None


def attacks(path):
    try:
        with open(path, encoding='utf-8') as lines:
            return dict(filter(None, map(rule, lines)))
    except FileNotFoundError:
        return {}


def drain():
    for line in sys.stdin:
        if line.strip() == 'error':
            print('a rule was refused: see the log', file=sys.stderr, flush=True)


threading.Thread(target=drain, daemon=True).start()
announced = {}
while True:
    wanted = attacks(sys.argv[1])
    for match in announced.keys() - wanted.keys():
        print(f'withdraw flow route {{ match {{ {match} }} }}', flush=True)
    for match, action in wanted.items():
        if announced.get(match) != action:
            print(f'announce flow route {{ match {{ {match} }} then {{ {action} }} }}', flush=True)
    announced = wanted
    time.sleep(0.5)
