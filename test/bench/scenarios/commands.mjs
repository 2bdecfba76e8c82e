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

/** Nothing came for so long: the rest, if there is one, is lost. */
const QUIET_MS = 3000;

/** What stands for commands where a program has none: a file of routes that is put into its table; of those that came. */
function injected(program, { table, port, count }) {
  return inRun(async (run) => {
    writeFileSync(run.path('table.mrt'), table.mrtRib);
    const neighbors = [{ address: TAKER.from, as: TAKER.as }];
    const dut = await program.inject(run, { port, neighbors, file: run.path('table.mrt') });
    const more = ['--count', String(count), '--quiet', String(QUIET_MS)];
    const taker = run.speaker({ port, ...TAKER, more });
    await taker.line('up');
    await run.meter(dut.pids);
    const beganMs = Number(process.hrtime.bigint()) / 1e6;
    dut.begin();
    const { received: atMs, prefixes } = await taker.line('received');
    const { cpu, ...figures } = run.metered();
    const share = count / prefixes;
    if (prefixes < count)
      console.error(`${program.name}: ${count - prefixes} of ${count} routes did not come`);
    return { seconds: ((atMs - beganMs) / 1000) * share, cpu: cpu * share, ...figures };
  });
}

const SHARE = { ExaBGP: 0.03 };

export const COMMANDS = [
  { key: 'routes', run: commanded('routes'), share: SHARE },
  { key: 'groups', run: commanded('groups'), share: SHARE },
  { key: 'some-routes', run: commanded('routes'), share: { Peerline: 0.1 } },
  { key: 'injected', run: injected, share: { gobgpd: 0.1 } },
];
