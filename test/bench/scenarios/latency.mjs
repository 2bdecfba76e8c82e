// One command at a time while nothing else goes on; until it is on the wire.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { inRun, TAKER, tool } from '../run.mjs';

const LATENCIES = 300;
const PACE_MS = 15;

function latency(program, { table, port }) {
  return inRun(async (run) => {
    const commands = table.routes.slice(0, 1_000_000);
    writeFileSync(run.path('commands'), commands.slice(0, commands.lastIndexOf('\n') + 1));
    const report = [
      run.path('commands'),
      run.path('go'),
      run.path('times'),
      String(PACE_MS),
      String(LATENCIES),
    ];
    const dut = program.start(run, {
      port,
      encoder: 'text',
      neighbors: [{ address: TAKER.from, as: TAKER.as }],
      handler: [process.execPath, tool('writer.mjs'), ...report],
    });
    const taker = run.speaker({ port, ...TAKER, more: ['--count', String(LATENCIES), '--times'] });
    await taker.line('up');
    await run.meter([dut.pid]);
    run.write('go', '');
    const { times } = await taker.line('received');
    const written = Object.values(await run.file('times'));
    const delays = written.map((atMs, i) => times[i] - atMs).sort((a, b) => a - b);
    const at = (share) => delays[Math.min(delays.length - 1, Math.floor(delays.length * share))];
    return { p50Ms: at(0.5), p99Ms: at(0.99), others: run.metered().others };
  });
}

export const LATENCY = [{ key: 'latency', run: latency }];
