import { describe, expect, it } from 'vitest';
import { dial, route, START } from '../support/bmp-router.ts';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven } from '../support/driven.ts';
import { Daemon, eventually, freePort, sleep, workspace } from '../support/e2e.ts';
import { RawPeer, TYPE } from '../support/raw-peer.ts';

function stationConf(port: number, listen = `127.0.0.1:${port}`) {
  return `bmp { listen ${listen}; api { processes [ driven ]; neighbor-changes; receive { parsed; open; update; } } }\n`;
}

async function running(host = '127.0.0.1') {
  const dir = workspace();
  const port = await freePort(host);
  const handler = new Driven(dir);
  const listen = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const daemon = await Daemon.run(dir, processConf(handler.run) + stationConf(port, listen));
  await daemon.logged('process started');
  return { dir, port, handler, daemon };
}

const has = (prefix: string) => (event: object) => JSON.stringify(event).includes(prefix);

describe('the BMP station', () => {
  it('tells a handler what a router says, as it tells BGP', async () => {
    const { port, handler } = await running();
    const router = await dial(port);
    router.write(Buffer.concat([START, route('10.0.0.0/8')]));
    const told = await handler.event('update', has('10.0.0.0/8'));
    expect(told.bmp).toMatchObject({ name: 'edge1', router: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
    expect(told.neighbor.message.update.announce['ipv4 unicast']).toBeDefined();
    expect((await handler.event('state', ({ neighbor }) => neighbor.state === 'up')).bmp).toBeDefined();
    expect(handler.events('open').length).toBe(1);
    router.end();
    await handler.event('bmp', ({ bmp }) => bmp.message === 'disconnected');
  });

  it('over IPv6', async () => {
    const { port, handler } = await running('::1');
    (await dial(port, { host: '::1' })).write(Buffer.concat([START, route('10.0.0.0/8')]));
    await handler.event('update', ({ bmp }) => String(bmp.router).startsWith('[::1]:'));
  });

  it('closes a connection whose header is bad, and leaves other routers alone', async () => {
    const { port, handler, daemon } = await running();
    const [good, bad] = [await dial(port), await dial(port, { from: '127.0.0.9' })];
    const closed = new Promise((resolve) => bad.once('close', resolve));
    good.write(START);
    bad.write(Buffer.concat([START, Buffer.from('030000', 'hex'), Buffer.from('000200', 'hex')]));
    await closed;
    await handler.event(
      'bmp',
      ({ bmp }) => bmp.message === 'error' && String(bmp.router).startsWith('127.0.0.9'),
    );
    await daemon.logged('not a BMP stream: connection closed');
    good.write(route('10.2.0.0/16'));
    await handler.event('update', has('10.2.0.0/16'));
    (await dial(port, { from: '127.0.0.9' })).write(Buffer.concat([START, route('10.3.0.0/16')]));
    await handler.event('update', has('10.3.0.0/16'));
  });

  it('skips a message whose body is bad', async () => {
    const { port, handler, daemon } = await running();
    const router = await dial(port);
    const monitored = Buffer.from(route('10.1.0.0/16'));
    monitored.fill(0x00, 48, 64);
    router.write(Buffer.concat([START, monitored, route('10.2.0.0/16')]));
    await handler.event('update', has('10.2.0.0/16'));
    await handler.event('bmp', ({ bmp }) => bmp.message === 'error');
    await daemon.logged('BMP message skipped');
    expect(handler.events('update').some(has('10.1.0.0/16'))).toBe(false);
    expect(router.destroyed).toBe(false);
  });

  it('with many routers at once', async () => {
    const { port, handler } = await running();
    const routers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => dial(port, { from: `127.0.4.${i + 1}` })),
    );
    for (const [i, router] of routers.entries())
      router.write(Buffer.concat([START, route(`10.${i}.0.0/16`)]));
    await eventually(() => new Set(handler.events('update').map(({ bmp }) => bmp.router)).size === 30);
  });

  it('beside a BGP session, whose handler commands that neighbor alone', async () => {
    const dir = workspace();
    const [port, bgp] = [await freePort(), await freePort()];
    const handler = new Driven(dir);
    const daemon = await Daemon.run(
      dir,
      processConf(handler.run) + stationConf(port) + neighborConf({ port: bgp }),
    );
    await daemon.logged('process started');
    const router = await dial(port);
    router.write(Buffer.concat([START, route('10.0.0.0/8')]));
    const peer = await RawPeer.established({ port: bgp });
    await handler.event('update', has('10.0.0.0/8'));
    await handler.up('127.0.0.2');
    expect(await handler.command('announce route 198.51.100.0/24 next-hop self')).toEqual(['done']);
    await peer.update('18c63364');
    expect(peer.of(TYPE.update).length).toBeGreaterThan(0);
  });

  it('a process that only watches BMP cannot announce, and is told so', async () => {
    const { handler } = await running();
    expect(await handler.command('announce route 198.51.100.0/24 next-hop self')).toEqual(['error']);
    expect(await handler.command('version')).toHaveLength(2);
  });

  it('survives noise', async () => {
    const { port, handler, daemon } = await running();
    for (let i = 0; i < 20; i++) {
      const router = await dial(port);
      const noise = Buffer.from(
        Array.from({ length: 200 }, (_, j) => (j * 31 + i * 17 + (i % 3 ? 3 : 0)) & 255),
      );
      router.write(i % 2 ? Buffer.concat([START, noise]) : noise);
      await sleep(2);
      router.end();
    }
    (await dial(port)).write(Buffer.concat([START, route('10.9.0.0/16')]));
    await handler.event('update', has('10.9.0.0/16'));
    expect(daemon.running).toBe(true);
  });
});
