import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import { BmpStation, STATION_DEFAULTS, type StationConfig } from '../../src/daemon/station.ts';
import type { Event } from '../../src/events/event.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { initiation, short } from '../bmp/samples.ts';

let folder = '';
const path = (name: string) => join(folder, name);
const file = (name: string) => readFileSync(path(name));

/** An authority and one certificate that it signed, for either side; and one that signed itself. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'peerline-tls-'));
  const openssl = (args: string) =>
    execFileSync('openssl', args.split(' '), { cwd: folder, stdio: 'ignore' });
  const made = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  openssl(`req -x509 ${made} -keyout ca.key -out ca.pem -subj /CN=ca`);
  openssl(`req ${made} -keyout good.key -out good.csr -subj /CN=good`);
  openssl('x509 -req -in good.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out good.pem');
  openssl(`req -x509 ${made} -keyout other.key -out other.pem -subj /CN=other`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function started(config: Partial<StationConfig>) {
  const events: Event[] = [];
  const station = new BmpStation({
    config: {
      ...STATION_DEFAULTS,
      tls: { certificate: path('good.pem'), key: path('good.key'), ca: path('ca.pem') },
      ...config,
    },
    log: pino({ level: 'silent' }),
    emit: (event) => events.push(event),
    clock: SYSTEM_CLOCK,
  });
  onTestFinished(() => station.stop());
  const [bound] = await station.start();
  return { events, port: bound?.port ?? 0 };
}

const told = (events: readonly Event[]) =>
  vi.waitFor(() => expect(events.map(short)).toContain('bmp initiation'), { timeout: 15_000, interval: 20 });

describe('a station that speaks TLS', () => {
  it('takes a router whose certificate its authority signed, and no other', async () => {
    const { events, port } = await started({ listen: [{ address: '127.0.0.1', port: 0 }] });
    const dial = (name: string | undefined) => {
      const own = name === undefined ? {} : { cert: file(`${name}.pem`), key: file(`${name}.key`) };
      const socket = connect({
        host: '127.0.0.1',
        port,
        ca: file('ca.pem'),
        checkServerIdentity: () => undefined,
        ...own,
      });
      onTestFinished(() => void socket.destroy());
      socket.on('error', () => undefined).resume();
      socket.write(encodeBmp(initiation(name ?? 'nobody')));
      return socket;
    };
    const strangers = [dial('other'), dial(undefined)];
    await vi.waitFor(() => expect(strangers.every(({ destroyed }) => destroyed)).toBe(true), {
      timeout: 15_000,
    });
    expect(events).toEqual([]);
    dial('good');
    await told(events);
    expect(events.at(-1)).toMatchObject({ routerName: 'good' });
  });

  it('shows its own to a router that it dials', async () => {
    const options = { cert: file('good.pem'), key: file('good.key'), ca: file('ca.pem'), requestCert: true };
    const router = createServer({ ...options, rejectUnauthorized: true }, (socket) => {
      socket.on('error', () => undefined).write(encodeBmp(initiation('waiting')));
    });
    await new Promise<void>((done) => router.listen(0, '127.0.0.1', done));
    onTestFinished(() => void router.close());
    const { port } = router.address() as AddressInfo;
    const { events } = await started({ connect: [{ address: '127.0.0.1', port }] });
    await told(events);
  });
});
