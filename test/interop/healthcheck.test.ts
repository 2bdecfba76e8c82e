import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { peerline, which } from '../support/e2e.ts';

const run = promisify(execFile);

/** The interpreter that Debian installs ExaBGP for. */
const PYTHON = '/usr/bin/python3';

const CHECKS = ['-c true --rise 1', '-c true --rise 2', '-c false --fall 1', '--rise 1 --disable /dev/null'];

const OPTIONS = [
  '',
  '--ip 10.0.1.0/30 --ip 2001:db8::1 --start-ip 1 --increase 5',
  '--ip 10.0.1.0/30 --deaggregate-networks --next-hop 192.0.2.9',
  '--up-metric 1 --down-metric 2 --disabled-metric 3 --local-preference 0',
  '--community 1:1 --disabled-community 9:9 --large-community 1:2:3 --extended-community target:1:2',
  '--as-path 1 --up-as-path 2 --down-as-path 3 --disabled-as-path 4',
  '--as-path 1 --path-id 7 --neighbor 192.0.2.3 --neighbor 192.0.2.4',
  '--withdraw-on-down --path-id 7',
];

/** Both write the same lines for the same options. */
describe.skipIf(which('exabgp') === undefined)('healthcheck beside ExaBGP', () => {
  it.each(OPTIONS)('%s', async (options) => {
    for (const check of CHECKS) {
      const common = '--no-syslog --no-ack --interval 0 --fast-interval 0.1 --no-ip-setup --ip 192.0.2.1';
      const argv = `${common} ${check} ${options}`.trim().split(' ');
      const [ours, theirs] = await Promise.all([
        peerline(['healthcheck', ...argv]),
        run(PYTHON, ['-m', 'exabgp', 'healthcheck', ...argv]),
      ]);
      expect(ours.stdout).toBe(theirs.stdout);
      expect(ours).toMatchObject({ code: 0 });
      expect(ours.stdout).not.toBe('');
    }
  });
});
