#!/usr/bin/env python3
"""send.py HOST PORT: plays a router, with the BMP messages of sample.hex."""

import pathlib
import socket
import sys

octets = bytes.fromhex(pathlib.Path(__file__).with_name('sample.hex').read_text(encoding='ascii'))
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as station:
    station.sendall(octets)
