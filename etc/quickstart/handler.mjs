#!/usr/bin/env node
// A handler: one JSON event per line on stdin, commands on stdout, words for people on stderr.
import { createInterface } from 'node:readline';

const ROUTER = process.env.ROLE === 'router';
const say = (text) => console.error(text);
const command = (text) => console.log(text);

function describeUpdate(who, message) {
  const { announce = {}, withdraw = {} } = message.update ?? {};
  for (const [family, nextHops] of Object.entries(announce)) {
    for (const [nextHop, routes] of Object.entries(nextHops)) {
      for (const route of routes) say(`${who} announced ${family} ${route.nlri} next-hop ${nextHop}`);
    }
  }
  for (const [family, routes] of Object.entries(withdraw)) {
    for (const route of routes) say(`${who} withdrew ${family} ${route.nlri}`);
  }
  if (message.eor) say(`${who} has sent all its ${message.eor.afi} ${message.eor.safi} routes`);
}

function handle({ type, neighbor = {}, bmp }) {
  const peer = neighbor.address?.peer ?? '';
  const who = bmp ? `BMP ${bmp.name || bmp.router}: peer ${peer}` : `BGP ${peer}`;
  if (type === 'update') describeUpdate(who, neighbor.message);
  else if (type === 'open') {
    say(`${who} opened as AS ${neighbor.open.asn}, hold time ${neighbor.open.hold_time} s`);
  } else if (type === 'state') {
    say(`${who} is ${neighbor.state}`);
    if (neighbor.state === 'up' && !bmp && !ROUTER) {
      command('announce route 192.0.2.128/25 next-hop self community [ 65001:666 ]');
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let event;
  try {
    event = JSON.parse(line);
  } catch {
    continue; // replies to our commands (done, error) are plain words
  }
  handle(event);
}
