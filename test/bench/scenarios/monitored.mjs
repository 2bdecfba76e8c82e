// Routers report their tables to a station; until the last prefix of each has come out of it. `lagMs` is how long after
// the last octet was sent that is.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { FEEDER, inRun, tool } from '../run.mjs';
import { makeTable } from '../table.mjs';

/** Each of many has so much of what a single one has. */
const OF_MANY = 0.02;
const MANY = 100;

function monitored(routers) {
  return (program, { table, port, count }) =>
    inRun(async (run) => {
      const share = routers === 1 ? 1 : OF_MANY;
      const each = Math.round(count * share);
      writeFileSync(run.path('table'), (share === 1 ? table : makeTable(each, FEEDER.as)).bmp);
      const { pids, done } = await program.monitor(run, { port, routers });
      await run.meter(pids);
      const feeder = run.start([
        process.execPath,
        tool('routers.mjs'),
        String(port),
        run.path('table'),
        String(routers),
      ]);
      const atMs = await done();
      const { began } = await run.told(feeder, 'began');
      const { sent } = await run.told(feeder, 'sent');
      const metered = run.metered();
      return { seconds: (atMs - began) / 1000, lagMs: atMs - sent, routes: each * routers, ...metered };
    });
}

export const MONITORED = [
  { key: 'bmp', run: monitored(1) },
  { key: 'bmp-many', run: monitored(MANY) },
];
