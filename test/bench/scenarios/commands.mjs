// A handler writes commands; until the peer has every route.
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { inRun, TAKER, tool } from '../run.mjs';

function commanded(which) {
  return (program, { table, port, count }) =>
    inRun(async (run) => {
      writeFileSync(run.path('commands'), table[which]);
      const dut = program.start(run, {
        port,
        encoder: 'text',
        neighbors: [{ address: TAKER.from, as: TAKER.as }],
        handler: [
          process.execPath,
          tool('writer.mjs'),
          run.path('commands'),
          run.path('go'),
          run.path('began'),
        ],
      });
      const taker = run.speaker({ port, ...TAKER, more: ['--count', String(count)] });
      await taker.line('up');
      await run.meter([dut.pid]);
      run.write('go', '');
      const { received: atMs } = await taker.line('received');
      const { atMs: began } = await run.file('began');
      return { seconds: (atMs - began) / 1000, ...run.metered() };
    });
}

const SHARE = { ExaBGP: 0.1 };

export const COMMANDS = [
  { key: 'routes', run: commanded('routes'), share: SHARE },
  { key: 'groups', run: commanded('groups'), share: SHARE },
];
