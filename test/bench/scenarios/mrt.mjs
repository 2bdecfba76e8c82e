// A file of MRT records as the lines of `bgpdump -m`, written nowhere.
import { writeFileSync } from 'node:fs';
import { inRun } from '../run.mjs';

function decoded(which) {
  return (program, { table }) =>
    inRun(async (run) => {
      writeFileSync(run.path('table.mrt'), table[which]);
      return await run.timed(program.decode(run.path('table.mrt')));
    });
}

export const MRT = [
  { key: 'mrt-rib', run: decoded('mrtRib') },
  { key: 'mrt-updates', run: decoded('mrtUpdates') },
];
