import { type AddressInfo, createServer, connect as dial, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import { Outlet } from '../../src/daemon/bmp-outlet.ts';
import { Spool } from '../../src/daemon/bmp-spool.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';
import { initiation, monitoring, update } from '../bmp/samples.ts';
import { BmpReader } from '../support/bmp-reader.ts';
import { holds } from '../support/holds.ts';

const MEBIBYTE = 1024 * 1024;
const route = (n: number) => encodeBmp(monitoring(update([`10.${n >> 8}.${n & 255}.0/24`])));
/** A long one, so that buffers fill soon. */
const ROUTES = encodeBmp(
  monitoring(update(Array.from({ length: 900 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`))),
);

/** Both ends of a connection. */
async function pair(): Promise<{ ours: Socket; station: Socket }> {
  const server = createServer({ pauseOnConnect: true });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const accepted = new Promise<Socket>((done) => server.once('connection', done));
  const ours = dial((server.address() as AddressInfo).port, '127.0.0.1');
  const station = await accepted;
  station.on('error', () => undefined);
  onTestFinished(() => {
    ours.destroy();
    station.destroy();
    server.close();
  });
  return { ours: ours.on('error', () => undefined), station };
}

function outlet({ state = [encodeBmp(initiation('us'))], sizeBytes = MEBIBYTE, startsBehind = true } = {}) {
  const gaveUp: string[] = [];
  const spool = new Spool({ file: undefined, sizeBytes, ageMs: 60_000, clock: SYSTEM_CLOCK });
  const made = new Outlet({
    spool,
    clock: SYSTEM_CLOCK,
    startsBehind,
    state: () => state.values(),
    gaveUp: (reason) => gaveUp.push(reason),
  });
  return { made, gaveUp };
}

describe('a station that is told', () => {
  it('the state first, then what happens', async () => {
    const { made } = outlet();
    made.offer(route(1));
    expect([made.coalesced, made.connected]).toEqual([1, false]);
    const { ours, station } = await pair();
    void made.use(ours);
    made.offer(route(2));
    station.resume();
    const reader = new BmpReader(station);
    await reader.next('route-monitoring');
    expect(reader.messages.map(({ type }) => type)).toEqual(['initiation', 'route-monitoring']);
    await made.finish();
    await holds(() => expect(reader.closed).toBe(true));
  });

  it('that does not read costs a bounded buffer, then its connection; the next one has all of it', async () => {
    const table: Uint8Array[] = [];
    const { made, gaveUp } = outlet({ state: table });
    const first = await pair();
    const over = made.use(first.ours);
    let longest = 0;
    for (let n = 0; gaveUp.length === 0; n++) {
      table.push(ROUTES);
      made.offer(ROUTES);
      longest = Math.max(longest, made.waiting);
      if (n % 100 === 0) await new Promise((done) => setImmediate(done));
    }
    await over;
    expect(gaveUp).toEqual([expect.stringMatching(/more than 1048576 octets wait/)]);
    expect(longest).toBeLessThanOrEqual(MEBIBYTE);
    // what waited and what did not find room
    expect(made.coalesced).toBeGreaterThan(MEBIBYTE / ROUTES.length / 2);
    expect([made.waiting, made.connected]).toEqual([0, false]);

    const second = await pair();
    void made.use(second.ours);
    second.station.resume();
    const reader = new BmpReader(second.station);
    await reader.next('route-monitoring', table.length);
    expect(made.states).toBe(2);
    expect(reader.messages).toHaveLength(table.length);
  });
});
