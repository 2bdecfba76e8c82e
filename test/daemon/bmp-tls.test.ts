import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, connect as connectPlain, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import { BmpRouter } from '../../src/bmp/router.ts';
import { EXPORT_DEFAULTS } from '../../src/config/bmp-model.ts';
import { Exports } from '../../src/daemon/bmp-exports.ts';
import { listenForBmp } from '../../src/daemon/bmp-listener.ts';
import { Relay } from '../../src/daemon/bmp-relay.ts';
import { tlsOptions } from '../../src/daemon/bmp-tls.ts';
import { BmpStation, STATION_DEFAULTS, type StationConfig } from '../../src/daemon/station.ts';
import type { Event } from '../../src/events/event.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { initiation, short } from '../bmp/samples.ts';
import { freePort } from '../support/files.ts';
import { holds } from '../support/holds.ts';

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
  return { station, events, port: bound?.port ?? 0 };
}

/** A connection to a port of this host on which nothing is ever said. */
async function silent(port: number): Promise<Socket> {
  const socket = connectPlain(port, '127.0.0.1')
    .on('error', () => undefined)
    .resume();
  onTestFinished(() => void socket.destroy());
  await new Promise((done) => socket.once('connect', done));
  return socket;
}

const told = (events: readonly Event[]) => holds(() => expect(events.map(short)).toContain('bmp initiation'));

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
    await holds(() => expect(strangers.every(({ destroyed }) => destroyed)).toBe(true));
    expect(events).toEqual([]);
    dial('good');
    await told(events);
    expect(events.at(-1)).toMatchObject({ routerName: 'good' });
  });

  it('does not wait in the end for somebody who never shows a certificate', async () => {
    const { station, port } = await started({ listen: [{ address: '127.0.0.1', port: 0 }] });
    await silent(port);
    await station.stop();
  });

  it('closes the connection of somebody who shows none in time, and says so; whoever shows one stays', async () => {
    const refused: unknown[] = [];
    const letIn: Socket[] = [];
    const listener = await listenForBmp(
      { address: '127.0.0.1', port: 0 },
      {
        tls: tlsOptions({ certificate: path('good.pem'), key: path('good.key'), ca: path('ca.pem') }),
        maximum: 10,
        handshakeMs: 300,
        log: pino({}, { write: (line) => void refused.push(JSON.parse(line)) }),
        accept: (socket) => void letIn.push(socket.on('error', () => undefined).resume()),
      },
    );
    const over = new Promise<void>((resolve) => onTestFinished(() => resolve()));
    onTestFinished(() => void listener.close(over));
    const own = { ca: file('ca.pem'), cert: file('good.pem'), key: file('good.key') };
    const { port } = listener.bound;
    const known = connect({ host: '127.0.0.1', port, checkServerIdentity: () => undefined, ...own });
    onTestFinished(() => void known.on('error', () => undefined).destroy());
    await new Promise((done) => known.once('secureConnect', done));
    const since = performance.now();
    const stranger = await silent(port);
    await new Promise((done) => stranger.once('close', done));
    expect(performance.now() - since).toBeGreaterThan(250);
    await holds(() =>
      expect(refused).toMatchObject([{ msg: 'TLS refused', reason: expect.stringContaining('timeout') }]),
    );
    expect([known.destroyed, letIn.map(({ destroyed }) => destroyed)]).toEqual([false, [false]]);
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

describe('TLS to other stations', () => {
  const LOG = pino({ level: 'silent' });
  const TLS = () => ({ certificate: path('good.pem'), key: path('good.key'), ca: path('ca.pem') });
  const to = (port: number) => ({ address: '127.0.0.1', port });

  it('a relay forwards over it, octet by octet', async () => {
    const { events, port } = await started({ listen: [to(0)] });
    const config = { ...to(port), directory: undefined, sizeBytes: 1e6, ageSeconds: 60, tls: TLS() };
    const relay = new Relay(config, { clock: SYSTEM_CLOCK, log: LOG, maximumPeers: 100 });
    onTestFinished(() => relay.stop());
    const router = new BmpRouter({ router: '203.0.113.9:1', now: () => 0, emit: () => undefined });
    relay.frame(router, encodeBmp(initiation('edge1')));
    await told(events);
    expect(events.at(-1)).toMatchObject({ routerName: 'edge1' });
  });

  it('an export dials over it, and lets in who shows a certificate', async () => {
    const { events, port } = await started({ listen: [to(0)] });
    const common = {
      ...EXPORT_DEFAULTS,
      views: new Set(EXPORT_DEFAULTS.views),
      stations: [],
      neighbors: [],
      sysName: 'us',
      sysDescr: undefined,
      tls: TLS(),
    };
    const exports = new Exports({ clock: SYSTEM_CLOCK, log: LOG, version: '0' });
    onTestFinished(() => exports.stop());
    const waiting = await freePort();
    await exports.configure([
      { ...common, ...to(port), passive: false },
      { ...common, ...to(waiting), passive: true },
    ]);
    await told(events);
    expect(events.at(-1)).toMatchObject({ routerName: 'us' });
    const stranger = connect({
      ...to(waiting),
      host: '127.0.0.1',
      ca: file('ca.pem'),
      checkServerIdentity: () => undefined,
    });
    onTestFinished(() => void stranger.destroy());
    stranger.on('error', () => undefined).resume();
    await holds(() => expect(stranger.destroyed).toBe(true));
    const { events: second } = await started({ connect: [to(waiting)] });
    await told(second);
    await silent(waiting);
    await exports.stop();
  });

  it('a certificate that is none is refused at the start, with the place', async () => {
    const exports = new Exports({ clock: SYSTEM_CLOCK, log: LOG, version: '0' });
    const common = { ...EXPORT_DEFAULTS, views: new Set(EXPORT_DEFAULTS.views), stations: [], neighbors: [] };
    const names = { sysName: undefined, sysDescr: undefined, passive: false };
    const tls = { ...TLS(), certificate: path('good.csr') };
    await expect(exports.configure([{ ...common, ...names, ...to(1), tls }])).rejects.toThrow(/127.0.0.1:1/);
    expect(exports.targets).toEqual([]);
  });
});
