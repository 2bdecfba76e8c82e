import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Daemon, environment, eventually, freePort, PROGRAM, workspace } from '../support/e2e.ts';
import { RawPeer } from '../support/raw-peer.ts';

const LINUX = process.platform === 'linux';

/** A link-local address of this machine, with its interface; undefined: it has none. */
const [LINK_LOCAL] = Object.entries(networkInterfaces()).flatMap(([zone, addresses = []]) =>
  addresses.flatMap(({ address }) => (/^fe80:/.test(address) ? [{ zone, address }] : [])),
);

interface Side {
  readonly address: string;
  readonly peer: string;
  readonly as: number;
  readonly peerAs: number;
  readonly id: number;
  readonly more: string;
}

function conf({ address, peer, as, peerAs, id, more }: Side): string {
  return `
neighbor ${peer} {
    router-id 192.0.2.${id};
    local-address ${address};
    local-as ${as};
    peer-as ${peerAs};
    family { ipv4 unicast; }
    ${more}
}
`;
}

/** One that listens and one that connects, each with statements of its own. */
async function pair(
  { listening, connecting }: { listening: string; connecting: string },
  { a = '127.0.0.41', b = '127.0.0.42', range = b }: { a?: string; b?: string; range?: string } = {},
): Promise<{ server: Daemon; client: Daemon; port: number }> {
  const port = await freePort(a);
  const dir = workspace();
  const server = await Daemon.run(
    dir,
    conf({
      address: a,
      peer: range,
      as: 65001,
      peerAs: 65002,
      id: 1,
      more: `passive; listen ${port}; ${listening}`,
    }),
  );
  const client = await Daemon.run(
    dir,
    conf({ address: b, peer: a, as: 65002, peerAs: 65001, id: 2, more: `connect ${port}; ${connecting}` }),
  );
  return { server, client, port };
}

const PASSWORD = 'Zebra-Crossing-77';
const MD5 = `md5-password "${PASSWORD}";`;

describe.skipIf(!LINUX)('a protected session', () => {
  it.each([
    { what: 'IPv4', where: {} },
    { what: 'IPv6', where: { a: '::1', b: '::1' } },
    { what: 'a range of peers', where: { range: '127.0.0.40/30' } },
  ])('comes up with the same MD5 password: $what', async ({ where }) => {
    const { server, client } = await pair({ listening: MD5, connecting: MD5 }, where);
    await server.logged('up');
    await client.logged('up');
    for (const daemon of [server, client]) expect(daemon.transcript).not.toContain('Zebra');
  });

  it.each([
    { what: 'another password', listening: 'md5-password other;', connecting: MD5 },
    { what: 'none where one is asked for', listening: MD5, connecting: '' },
    { what: 'one where none is asked for', listening: '', connecting: MD5 },
  ])('does not come up with $what, and says why', async ({ listening, connecting }) => {
    const { server, client } = await pair({ listening, connecting });
    const protectedOne = listening === '' ? client : server;
    await protectedOne.logged(
      'segments dropped for their TCP MD5 signature: probably the passwords differ, or one side has none',
    );
    for (const daemon of [server, client]) expect(daemon.entries('up')).toEqual([]);
    expect(client.entries('connected')).toEqual([]);
  });

  it('takes an MD5 password in base64, and a listening address of its own', async () => {
    const encoded = Buffer.from(PASSWORD).toString('base64');
    const { server } = await pair({
      listening: `md5-password ${encoded}; md5-base64 true; md5-ip 127.0.0.41;`,
      connecting: MD5,
    });
    await server.logged('up');
  });

  it('changes its password with a reload', async () => {
    const dir = workspace();
    const port = await freePort('127.0.0.41');
    const file = join(dir, 'server.conf');
    const text = (more: string) =>
      conf({ address: '127.0.0.41', peer: '127.0.0.42', as: 65001, peerAs: 65002, id: 1, more });
    writeFileSync(file, text(`passive; listen ${port};`));
    const server = await Daemon.start(file);
    const client = await Daemon.run(
      dir,
      conf({
        address: '127.0.0.42',
        peer: '127.0.0.41',
        as: 65002,
        peerAs: 65001,
        id: 2,
        more: `connect ${port}; ${MD5}`,
      }),
    );
    writeFileSync(file, text(`passive; listen ${port}; md5-password first;`));
    server.kill('SIGUSR1');
    await server.logged('configuration reloaded');
    expect(client.entries('up')).toEqual([]);
    writeFileSync(file, text(`passive; listen ${port}; ${MD5}`));
    server.kill('SIGUSR1');
    await server.logged('configuration reloaded', {}, 2);
    client.kill('SIGALRM');
    await server.logged('up');
    // the old one is gone: who has none gets no answer, and the other neighbors are not in its way
    await expect(RawPeer.connect({ port, host: '127.0.0.41', from: '127.0.0.43' })).resolves.toBeDefined();
  });

  it('comes up with TTL security on both sides', async () => {
    const ttl = 'incoming-ttl 255; outgoing-ttl 255;';
    const { server, client } = await pair({ listening: ttl, connecting: ttl });
    await server.logged('up');
    await client.logged('up');
  });

  it('does not come up with a peer that sends a lower TTL, and says why', async () => {
    const { server, client } = await pair({ listening: 'incoming-ttl 255;', connecting: 'outgoing-ttl 64;' });
    await server.logged(
      'segments dropped for their TTL: probably the peer sends a lower one than incoming-ttl asks for',
    );
    expect(client.entries('connected')).toEqual([]);
  });

  it('keeps its TTL where its listener serves others without', async () => {
    const port = await freePort('127.0.0.41');
    const dir = workspace();
    const side = { address: '127.0.0.41', as: 65001, id: 1 };
    const listening = `passive; listen ${port};`;
    const server = await Daemon.run(
      dir,
      conf({ ...side, peer: '127.0.0.42', peerAs: 65002, more: `${listening} incoming-ttl 255;` }) +
        conf({ ...side, peer: '127.0.0.43', peerAs: 65003, more: listening }),
    );
    const other = { peer: '127.0.0.41', peerAs: 65001 };
    const more = `connect ${port};`;
    await Daemon.run(dir, conf({ ...other, address: '127.0.0.43', as: 65003, id: 3, more }));
    await server.logged('up', { peer: '127.0.0.43' });
    const far = await Daemon.run(dir, conf({ ...other, address: '127.0.0.42', as: 65002, id: 2, more }));
    await far.logged('connected');
    await server.logged('connected', { peer: '127.0.0.42' });
    await server.logged(
      'segments dropped for their TTL: probably the peer sends a lower one than incoming-ttl asks for',
    );
    expect(server.entries('up', { peer: '127.0.0.42' })).toEqual([]);
  });

  it('leaves by the interface that it names', async () => {
    const { server } = await pair({ listening: '', connecting: 'source-interface lo;' });
    await server.logged('up');
    const { client } = await pair(
      { listening: '', connecting: 'source-interface nosuch0;' },
      { a: '127.0.0.44', b: '127.0.0.45' },
    );
    const { reason } = await client.logged('cannot connect');
    expect(reason).toBe('interface nosuch0 refused by the system: ENODEV');
  });

  it.runIf(LINK_LOCAL !== undefined)('is awaited at a link-local address of its interface', async () => {
    const { address = '', zone = '' } = LINK_LOCAL ?? {};
    const port = await freePort('::');
    const more = `passive; listen ${port}; source-interface ${zone};`;
    const text = conf({ address, peer: address, as: 65001, peerAs: 65002, id: 1, more });
    const server = await Daemon.run(workspace(), text);
    const client = connect({ host: `${address}%${zone}`, port });
    onTestFinished(() => void client.destroy());
    expect(await server.logged('connected')).toMatchObject({ peer: address, local: address });
  });

  it('is refused with TCP-AO where the kernel has none, and the others run', async () => {
    const ao = 'tcp-ao { keyid 5; algorithm hmac-sha-256; password abcdefgh; }';
    const { server, client } = await pair({ listening: ao, connecting: ao });
    const outcome = await eventually(
      () => server.entries('neighbor refused')[0] ?? (client.entries('up')[0] && 'up'),
    );
    if (outcome === 'up') return;
    expect(outcome).toMatchObject({
      peer: '127.0.0.42/32',
      reason: 'tcp-ao: this kernel has no TCP-AO (Linux 6.7 or later built with it has)',
    });
    expect(server.running).toBe(true);
    expect(server.transcript).not.toContain('abcdefgh');
  });

  it('is refused with one line where the native calls are missing, and the others run', async () => {
    const dir = workspace();
    const alone = join(dir, 'dist', 'cli', 'main.js');
    cpSync(dirname(PROGRAM), dirname(alone), { recursive: true });
    copyFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), join(dir, 'package.json'));
    const port = await freePort('127.0.0.41');
    const side = { address: '127.0.0.41', as: 65001, id: 1 };
    const server = await Daemon.run(
      dir,
      conf({ ...side, peer: '127.0.0.42', peerAs: 65002, more: `passive; listen ${port}; ${MD5}` }) +
        conf({ ...side, peer: '127.0.0.43', peerAs: 65003, more: `passive; listen ${port};` }),
      {},
      { program: alone },
    );
    const [refused, ...more] = server.entries('neighbor refused');
    expect(more).toEqual([]);
    expect(refused).toMatchObject({ level: 50, peer: '127.0.0.42/32' });
    expect(String(refused?.reason)).toMatch(/^md5-password: the optional package koffi cannot be loaded/);
    await RawPeer.established({ port, host: '127.0.0.41', from: '127.0.0.43' }, { as: 65003 });
  });
});

describe('a password', () => {
  it('is in no argument or variable of a process', async () => {
    const dir = workspace();
    const run = `sh -c 'tr "\\\\0" "\\\\n" < /proc/$$/environ >&2; tr "\\\\0" " " < /proc/$PPID/cmdline >&2; sleep 60'`;
    const daemon = await Daemon.run(
      dir,
      `process p { run ${run}; encoder json; }` +
        conf({
          address: '127.0.0.41',
          peer: '127.0.0.42',
          as: 1,
          peerAs: 2,
          id: 1,
          more: `passive; ${MD5} api { processes [ p ]; }`,
        }),
    );
    await daemon.logged('process says');
    expect(daemon.transcript).not.toContain('Zebra');
    expect(readFileSync(`/proc/${daemon.pid}/cmdline`, 'utf8')).not.toContain('Zebra');
    expect(JSON.stringify(environment())).not.toContain('Zebra');
  });
});
