// What is measured. Each gives figures of one run of one program; smaller is better in all of them.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { Run, tool, usage } from './run.mjs';
import { MARKER } from './table.mjs';

const NODE = process.execPath;
const FEEDER = { from: '127.0.0.2', as: 65002 };
const TAKER = { from: '127.0.0.3', as: 65003 };
const SETTLE_MS = 1500;

async function inRun(body) {
  const run = new Run();
  try {
    return await body(run);
  } finally {
    await run.stop();
  }
}

/** A peer sends the table; until its last prefix has reached the handler. */
function received(which) {
  return (program, { table, port }) =>
    inRun(async (run) => {
      writeFileSync(run.path('table'), table[which]);
      const dut = program.start(run, {
        port,
        neighbors: [{ address: FEEDER.from, as: FEEDER.as }],
        handler: [NODE, tool('reader.mjs'), run.path('report'), MARKER],
        receive: 'parsed; update;',
      });
      await sleep(SETTLE_MS);
      run.meter(dut);
      const feeder = run.speaker({ port, ...FEEDER, more: ['--feed', run.path('table')] });
      const { began } = await feeder.line('began');
      const { atMs } = await run.file('report');
      return { seconds: (atMs - began) / 1000, ...run.metered() };
    });
}

/** A handler writes commands; until the peer has every route. */
function commanded(which) {
  return (program, { table, port, count }) =>
    inRun(async (run) => {
      writeFileSync(run.path('commands'), table[which]);
      const dut = program.start(run, {
        port,
        encoder: 'text',
        neighbors: [{ address: TAKER.from, as: TAKER.as }],
        handler: [NODE, tool('writer.mjs'), run.path('commands'), run.path('go'), run.path('began')],
      });
      const taker = run.speaker({ port, ...TAKER, more: ['--count', String(count)] });
      await taker.line('up');
      await sleep(SETTLE_MS);
      run.meter(dut);
      run.write('go', '');
      const { received: atMs } = await taker.line('received');
      const { atMs: began } = await run.file('began');
      return { seconds: (atMs - began) / 1000, ...run.metered() };
    });
}

const LATENCIES = 300;
const PACE_MS = 15;

/** One command at a time while nothing else goes on; until it is on the wire. */
function latency(program, { table, port }) {
  return inRun(async (run) => {
    writeFileSync(run.path('commands'), table.routes);
    const report = [
      run.path('commands'),
      run.path('go'),
      run.path('times'),
      String(PACE_MS),
      String(LATENCIES),
    ];
    program.start(run, {
      port,
      encoder: 'text',
      neighbors: [{ address: TAKER.from, as: TAKER.as }],
      handler: [NODE, tool('writer.mjs'), ...report],
    });
    const taker = run.speaker({ port, ...TAKER, more: ['--count', String(LATENCIES), '--times'] });
    await taker.line('up');
    await sleep(SETTLE_MS);
    run.write('go', '');
    const { times } = await taker.line('received');
    const written = Object.values(await run.file('times'));
    const delays = written.map((atMs, i) => times[i] - atMs).sort((a, b) => a - b);
    const at = (share) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))];
    return { p50Ms: at(0.5), p99Ms: at(0.99) };
  });
}

const WATCHED_SECONDS = 10;

/** Sessions that do nothing but keep alive: until all are up, and what they cost afterwards. */
function idle(program, { port, sessions }) {
  return inRun(async (run) => {
    const neighbors = Array.from({ length: sessions }, (_, i) => ({
      address: `127.1.${Math.floor(i / 250)}.${(i % 250) + 1}`,
      as: FEEDER.as,
    }));
    const began = performance.now();
    const dut = program.start(run, { port, neighbors, hold: 30 });
    const crowd = run.start([NODE, tool('crowd.mjs'), String(port), String(FEEDER.as), String(sessions)]);
    await run.until('all sessions', 300, () => (crowd.output.includes('up') ? true : undefined));
    const seconds = (performance.now() - began) / 1000;
    await sleep(SETTLE_MS);
    const before = usage(dut.pid).cpu;
    await sleep(WATCHED_SECONDS * 1000);
    const { cpu, peakMb } = usage(dut.pid);
    return { seconds, idleCores: (cpu - before) / WATCHED_SECONDS, peakMb };
  });
}

/** Rows of the table: which figure of which scenario, and whether CPU time can stand for it on a busy machine. */
export const SCENARIOS = [
  {
    key: 'dump',
    title: 'full table in, JSON to a handler',
    run: received('dump'),
    figures: ['seconds', 'cpu', 'peakMb'],
  },
  {
    key: 'churn',
    title: 'churn in (1–3 prefixes an UPDATE), JSON to a handler',
    run: received('churn'),
    figures: ['seconds', 'cpu', 'peakMb'],
  },
  {
    key: 'routes',
    title: '`announce route …` from a handler, answers on',
    run: commanded('routes'),
    figures: ['seconds', 'cpu', 'peakMb'],
  },
  {
    key: 'groups',
    title: '`announce attributes … nlri …` from a handler',
    run: commanded('groups'),
    figures: ['seconds', 'cpu', 'peakMb'],
  },
  { key: 'latency', title: 'one command to the wire, idle', run: latency, figures: ['p50Ms', 'p99Ms'] },
  { key: 'idle', title: 'idle sessions', run: idle, figures: ['seconds', 'idleCores', 'peakMb'] },
];
