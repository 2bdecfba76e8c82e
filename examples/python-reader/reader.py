#!/usr/bin/env python3
"""Says what the neighbor does, and announces one route whenever its session comes up."""

import json
import sys


def log(text):
    print(text, file=sys.stderr, flush=True)


def announced(update):
    """Each announced route: family, prefix, next hop."""
    for family, next_hops in update.get('announce', {}).items():
        for next_hop, routes in next_hops.items():
            for route in routes:
                yield family, route['nlri'], next_hop


def handle(event):
    neighbor = event.get('neighbor', {})
    peer = neighbor.get('address', {}).get('peer')
    if event['type'] == 'state':
        log(f'{peer} is {neighbor["state"]}')
        if neighbor['state'] == 'up':
            print('announce route 192.0.2.0/24 next-hop self med 10', flush=True)
    elif event['type'] == 'update':
        update = neighbor['message'].get('update', {})
        path = update.get('attribute', {}).get('as-path', {})
        for family, prefix, next_hop in announced(update):
            log(f'{peer} announced {family} {prefix} next-hop {next_hop} as-path {json.dumps(path)}')


for line in sys.stdin:
    try:
        event = json.loads(line)
    except ValueError:
        continue  # the reply to a command: done or error
    handle(event)
