// One command at a time while nothing else goes on; until it is on the wire.
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRun, TAKER, tool } from '../run.mjs';

const LATENCIES = 300;
const PACE_MS = 15;
const PYTHON = '/usr/bin/python3';

function latency(program, { table, port }) {
  return inRun(async (run) => {
    const commands = table.routes.slice(0, 1_000_000);
    writeFileSync(run.path('commands'), commands.slice(0, commands.lastIndexOf('\n') + 1));
    const files = ['commands', 'go', 'times'].map((name) => run.path(name));
    const dut = program.start(run, {
      port,
      encoder: 'text',
      neighbors: [{ address: TAKER.from, as: TAKER.as }],
      handler: [PYTHON, tool('latency.py'), 'write', ...files, String(PACE_MS), String(LATENCIES)],
    });
    const taker = run.start([
      PYTHON,
      tool('latency.py'),
      'take',
      ...[port, TAKER.from, TAKER.as, LATENCIES].map(String),
    ]);
    await run.told(taker, 'up');
    await run.meter([dut.pid]);
    run.write('go', '');
    // who looks for the result meanwhile takes a processor that a command may be waiting for
    await sleep(LATENCIES * PACE_MS);
    const { times } = await run.told(taker, 'received');
    const written = await run.file('times');
    const delays = written.map((atMs, i) => times[i] - atMs).sort((a, b) => a - b);
    const at = (share) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))];
    return { p50Ms: at(0.5), p99Ms: at(0.99), others: run.metered().others };
  });
}

export const LATENCY = [{ key: 'latency', run: latency }];
