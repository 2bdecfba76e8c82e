import { pino } from 'pino';
import { expect, it } from 'vitest';
import { PeerLog } from '../../src/daemon/peer-log.ts';

it('has the name of the neighbor in each line, and makes nothing of what is not logged', () => {
  const lines: string[] = [];
  let made = 0;
  const options = { level: 'info', base: null, timestamp: false, onChild: () => void made++ } as const;
  const log = new PeerLog(pino(options, { write: (line) => void lines.push(line) }), { peer: '192.0.2.1' });
  log.debug({ n: 1 }, 'not told');
  log.info({ n: 2 }, 'told');
  log.warn({ n: 3 }, 'warned');
  log.error({ n: 4 }, 'failed');
  expect(made).toBe(3);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { level: 30, peer: '192.0.2.1', n: 2, msg: 'told' },
    { level: 40, peer: '192.0.2.1', n: 3, msg: 'warned' },
    { level: 50, peer: '192.0.2.1', n: 4, msg: 'failed' },
  ]);
});
