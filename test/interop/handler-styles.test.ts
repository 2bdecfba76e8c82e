import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, describe, expect, it } from 'vitest';
import { Background } from '../support/background.ts';
import { freePort } from '../support/e2e.ts';
import { temporaryDirectory } from '../support/files.ts';
import { until } from '../support/wait.ts';
import { daemonSuite } from './lab.ts';
import { type Connection, FakeRouter, updateMessage } from './side-by-side/fake-router.ts';
import { MAIN, type ProgramName, SETTINGS } from './side-by-side/programs.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());

/** A handler of an example, run by a program with the example's own configuration. */
interface Run {
  readonly connection: Connection;
  readonly port: number;
  path(name: string): string;
}

const ADDRESS = '127.0.0.2';
/** IPv4 unicast, IPv4 flow, four-octet AS. */
const OPEN = { as: 65002, capabilities: '0104 00010001 0104 00010085 4104 0000fdea' };

async function run(example: string, program: ProgramName, act: (run: Run) => Promise<void>): Promise<void> {
  const place = join(directory.path, `${example}-${program}`);
  const [bgp, http] = [await freePort(ADDRESS), await freePort('127.0.0.1')];
  cpSync(join('examples', example), place, { recursive: true });
  const file = join(place, 'peerline.conf');
  const text = readFileSync(file, 'utf8').replaceAll('11800', String(bgp)).replaceAll('11080', String(http));
  writeFileSync(file, text.replaceAll('/tmp/peerline-', `${place}/`));
  const router = await FakeRouter.listen(ADDRESS, bgp);
  const [command, ...args] = program === 'exabgp' ? ['exabgp', file] : [process.execPath, MAIN, file];
  const running = new Background(command, args, { cwd: place, env: SETTINGS });
  try {
    const connection = await router.connection();
    await connection.establish(OPEN);
    await act({ connection, port: http, path: (name) => join(place, name) });
  } catch (err) {
    throw new Error(`${String(err)}\n${running.output.slice(-3000)}`);
  } finally {
    await running.stop();
    await router.stop();
  }
}

const MED = '800404';
const STYLES: Readonly<Record<string, (run: Run) => Promise<void>>> = {
  'shell-loop': async ({ connection, path }) => {
    writeFileSync(path('service-is-up'), '');
    await connection.update('20c0000235');
    rmSync(path('service-is-up'));
    await connection.update('000520c0000235');
  },
  'node-http-api': async ({ connection, port }) => {
    const url = `http://127.0.0.1:${port}/routes/192.0.2.0/25?community=65001:7`;
    const ask = (method: string) => until(method, async () => (await fetch(url, { method })).status);
    expect(await ask('PUT')).toBe(200);
    await connection.update('c00804fde90007');
    expect(await ask('DELETE')).toBe(200);
    await connection.update('000519c000020');
  },
  'python-healthcheck': async ({ connection, port }) => {
    await connection.update(`${MED}000003e8`);
    const service = createServer((socket) => socket.end());
    await new Promise<void>((done) => service.listen(port, '127.0.0.1', done));
    await connection.update(`${MED}00000064`);
    await new Promise((done) => service.close(done));
  },
  flowspec: async ({ connection, path }) => {
    const rule = '0120c000020a038111058135';
    writeFileSync(path('attacks.txt'), 'nonsense\n192.0.2.10 udp 53 9600  # amplification\n');
    await connection.update(rule);
    expect(await connection.update('800600004616000')).toContain(rule);
    writeFileSync(path('attacks.txt'), '\n');
    const withdrawn = (body: string) => body.includes('800f') && body.includes(`0001850c${rule}`);
    await until('a withdrawal', () => connection.bodies(2).some(withdrawn));
  },
  'perl-reader': async ({ connection }) => {
    connection.send(
      updateMessage({ attributes: '40010100 4002060201 0000fdea 400304 c0000202', nlri: '18c63364' }),
    );
    await connection.update('20c6336400');
    connection.send(updateMessage({ withdrawn: '18c63364' }));
    await connection.update('000520c6336400');
  },
};

daemonSuite({ name: 'handlers of other people', program: 'exabgp' }, () => {
  describe.each(Object.entries(STYLES))('%s', (example, act) => {
    it.each(['exabgp', 'peerline'] as const)('runs as it is under %s', (program) =>
      run(example, program, act),
    );
  });
});
