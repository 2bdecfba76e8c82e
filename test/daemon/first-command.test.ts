import { expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { FirstCommand } from '../../src/daemon/first-command.ts';
import { holds } from '../support/holds.ts';

const CONF = 'neighbor 192.0.2.1 { router-id 192.0.2.9; local-address 192.0.2.9; local-as 1; peer-as 2; }';
const TALKER = { isRunning: () => false, ranMs: () => 0 };

it('is rehearsed once there is somebody to command and a neighbor, and what that left is collected after it', async () => {
  const [config] = loadConfig({ text: CONF, file: 'p.conf' }).config.neighbors;
  const done: string[] = [];
  let neighbor: typeof config;
  let end = (): void => {};
  const first = new FirstCommand({
    neighbor: () => neighbor,
    rehearse: (like) => {
      done.push(like === config ? 'rehearsed' : 'rehearsed with another one');
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    },
    collect: () => void done.push('collected'),
  });
  first.rehearse();
  first.expectFrom(TALKER);
  neighbor = config;
  first.rehearse();
  await holds(() => expect(done).toEqual(['rehearsed']));
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual(['rehearsed']);
  end();
  await holds(() => expect(done).toEqual(['rehearsed', 'collected']));
  first.rehearse();
  first.expectFrom(TALKER);
  await new Promise((resolve) => setImmediate(resolve));
  expect(done).toEqual(['rehearsed', 'collected']);
});
