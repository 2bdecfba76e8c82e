#!/usr/bin/env python3
"""to-csv.py FILE: one line per route that a monitored router reports, with the RIB view it was seen in."""

import csv
import json
import sys

FIELDS = ['time', 'router', 'peer', 'asn', 'view', 'action', 'family', 'prefix', 'next_hop', 'as_path', 'communities']


def as_path(attribute):
    """AS numbers in order; a set in braces."""
    parts = []
    for _, segment in sorted(attribute.get('as-path', {}).items(), key=lambda item: int(item[0])):
        asns = ' '.join(str(asn) for asn in segment['value'])
        parts.append('{' + asns + '}' if 'set' in segment['element'] else asns)
    return ' '.join(parts)


def rows(event):
    bmp, neighbor = event['bmp'], event['neighbor']
    update = neighbor['message'].get('update', {})
    attribute = update.get('attribute', {})
    who = [event['time'], bmp.get('name') or bmp['router'], neighbor['address']['peer'], neighbor['asn']['peer'], bmp['view']]
    communities = ' '.join(':'.join(map(str, each)) for each in attribute.get('community', []))
    for family, next_hops in update.get('announce', {}).items():
        for next_hop, routes in next_hops.items():
            for route in routes:
                yield [*who, 'announced', family, route['nlri'], next_hop, as_path(attribute), communities]
    for family, routes in update.get('withdraw', {}).items():
        for route in routes:
            yield [*who, 'withdrawn', family, route['nlri'], '', '', '']


with open(sys.argv[1], 'w', newline='', encoding='utf-8') as file:
    out = csv.writer(file)
    out.writerow(FIELDS)
    file.flush()
    for line in sys.stdin:
        event = json.loads(line)
        if event['type'] == 'update':
            out.writerows(rows(event))
            file.flush()
