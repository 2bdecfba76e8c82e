// Sessions that do nothing but keep alive: until all are up, and what they cost afterwards.
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { FEEDER, inRun, tool, usage } from '../run.mjs';

const WATCHED_SECONDS = 20;
const HOLD_SECONDS = 90;

function idle(program, { port, sessions }) {
  return inRun(async (run) => {
    const neighbors = Array.from({ length: sessions }, (_, i) => ({
      address: `127.1.${Math.floor(i / 250)}.${(i % 250) + 1}`,
      as: FEEDER.as,
    }));
    const began = performance.now();
    const dut = program.start(run, { port, neighbors, hold: HOLD_SECONDS });
    const crowd = run.start([
      process.execPath,
      tool('crowd.mjs'),
      ...[port, FEEDER.as, sessions, HOLD_SECONDS].map(String),
    ]);
    await run.until('all sessions', 300, () => (crowd.output.includes('up') ? true : undefined));
    const upSeconds = (performance.now() - began) / 1000;
    await run.meter([dut.pid]);
    await sleep(WATCHED_SECONDS * 1000);
    const { cpu, others } = run.metered();
    return { upSeconds, idleCores: cpu / WATCHED_SECONDS, rssMb: usage([dut.pid]).rssMb, others };
  });
}

export const IDLE = [{ key: 'idle', run: idle }];
