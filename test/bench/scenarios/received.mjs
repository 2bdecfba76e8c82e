// A peer sends the table; until its last prefix has come out of the program, or stands in its RIB.
import { writeFileSync } from 'node:fs';
import { FEEDER, inRun } from '../run.mjs';

function received(which, extra = {}) {
  return (program, { table, port, count }) =>
    inRun(async (run) => {
      writeFileSync(run.path('table'), table[which]);
      const { pids, done } = await program.receive(run, { port, count, ...extra });
      await run.meter(pids);
      const feeder = run.speaker({ port, ...FEEDER, more: ['--feed', run.path('table')] });
      const { began } = await feeder.line('began');
      const atMs = await done();
      return { seconds: (atMs - began) / 1000, ...run.metered() };
    });
}

const SHARE = { ExaBGP: 0.05, gobgpd: 0.1 };

export const RECEIVED = [
  { key: 'dump', run: received('dump'), share: SHARE },
  { key: 'churn', run: received('churn'), share: SHARE },
  { key: 'kept', run: received('dump', { more: 'adj-rib-in true;' }), share: SHARE },
];
