#!/usr/bin/env python3
"""A handler: one JSON event per line on stdin, commands on stdout, words for people on stderr."""

import json
import os
import sys

ROUTER = os.environ.get('ROLE') == 'router'


def say(text):
    print(text, file=sys.stderr, flush=True)


def command(text):
    print(text, flush=True)


def describe_update(who, message):
    update = message.get('update', {})
    for family, next_hops in update.get('announce', {}).items():
        for next_hop, routes in next_hops.items():
            for route in routes:
                say(f'{who} announced {family} {route["nlri"]} next-hop {next_hop}')
    for family, routes in update.get('withdraw', {}).items():
        for route in routes:
            say(f'{who} withdrew {family} {route["nlri"]}')
    if 'eor' in message:
        eor = message['eor']
        say(f'{who} has sent all its {eor["afi"]} {eor["safi"]} routes')


def main():
    for line in sys.stdin:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # replies to our commands (done, error) are plain words
        kind = event.get('type')
        neighbor = event.get('neighbor', {})
        peer = neighbor.get('address', {}).get('peer', '')
        bmp = event.get('bmp')
        who = f'BMP {bmp.get("name") or bmp.get("router")}: peer {peer}' if bmp else f'BGP {peer}'
        if kind == 'update':
            describe_update(who, neighbor['message'])
        elif kind == 'open':
            opened = neighbor['open']
            say(f'{who} opened as AS {opened["asn"]}, hold time {opened["hold_time"]} s')
        elif kind == 'state':
            say(f'{who} is {neighbor["state"]}')
            if neighbor['state'] == 'up' and not bmp and not ROUTER:
                command('announce route 192.0.2.128/25 next-hop self community [ 65001:666 ]')


main()
