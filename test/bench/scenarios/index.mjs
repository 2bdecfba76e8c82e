// What is measured, one file for each kind. A scenario has a `key` that rows name, `count(options)`, and for each program
// that can do it a function that runs it once: `(program, options) => figures`. Options: `table` (see table.mjs), `count`
// of its routes, `port`, `sessions`. `share` tells which part of the routes a slow program gets: rates do not
// depend on it, and it would take minutes.
import { COMMANDS } from './commands.mjs';
import { IDLE } from './idle.mjs';
import { LATENCY } from './latency.mjs';
import { MONITORED } from './monitored.mjs';
import { MRT } from './mrt.mjs';
import { RECEIVED } from './received.mjs';

export const SCENARIOS = new Map(
  [...RECEIVED, ...COMMANDS, ...LATENCY, ...IDLE, ...MRT, ...MONITORED].map((one) => [one.key, one]),
);
