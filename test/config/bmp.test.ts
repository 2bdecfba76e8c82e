import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';

function load(text: string, file = 'etc/peer.conf') {
  return loadConfig({ text, file, environment: readEnvironment({}, undefined) }).config.bmp[0];
}

function error(text: string): string {
  try {
    load(text);
  } catch (err) {
    if (err instanceof ConfigErrors) return err.message;
    throw err;
  }
  return '';
}

const bmp = (text: string) => `bmp { listen 127.0.0.1:11019; ${text} }`;

describe('the bmp section', () => {
  it('says what it does not', () => {
    expect(load(bmp(''))).toEqual({
      listen: [{ address: '127.0.0.1', port: 11019 }],
      connect: [],
      tls: undefined,
      idleTimeoutSeconds: 0,
      addPath: 'auto',
      rib: new Set(),
      resync: { quietSeconds: 60, limitSeconds: 900 },
      limits: { routers: 1000, perAddress: 1000, peers: 10_000, messageSize: 1_048_576 },
      routers: [],
      relays: [],
      exports: [],
      api: [],
    });
  });

  it.each([
    {
      text: 'connect [ 192.0.2.1:1790, 192.0.2.2:1790 ];',
      has: { connect: [{ port: 1790 }, { address: '192.0.2.2' }] },
    },
    { text: 'connect [2001:db8::1]:1790;', has: { connect: [{ address: '2001:db8::1' }] } },
    { text: 'idle-timeout 300; add-path no;', has: { idleTimeoutSeconds: 300, addPath: 'no' } },
    {
      text: 'rib { loc-rib; adj-rib-in-pre-policy; }',
      has: { rib: new Set(['loc-rib', 'adj-rib-in-pre-policy']) },
    },
    {
      text: 'rib { adj-rib-out; }',
      has: { rib: new Set(['adj-rib-out-pre-policy', 'adj-rib-out-post-policy']) },
    },
    { text: 'resync { quiet-time 5; limit 50; }', has: { resync: { quietSeconds: 5, limitSeconds: 50 } } },
    {
      text: 'limits { routers 5; per-address 2; }',
      has: { limits: { routers: 5, perAddress: 2, peers: 10_000 } },
    },
    { text: 'router 192.0.2.1;', has: { routers: [{ prefix: { length: 32 }, name: undefined }] } },
    {
      text: 'router 192.0.2.0/24 { name edge; add-path yes; }',
      has: { routers: [{ prefix: { length: 24 }, name: 'edge', addPath: 'yes' }] },
    },
  ])('$text', ({ text, has }) => {
    expect(load(bmp(text))).toMatchObject(has);
  });

  it.each([
    {
      text: 'export 192.0.2.1:11019;',
      has: {
        address: '192.0.2.1',
        passive: false,
        views: new Set(['adj-rib-in-pre-policy', 'adj-rib-out-post-policy']),
        statisticsSeconds: 60,
        bufferBytes: 16 * 1024 * 1024,
        tls: undefined,
      },
    },
    { text: 'export listen [::1]:1790;', has: { address: '::1', port: 1790, passive: true, stations: [] } },
    {
      text: 'export listen 0.0.0.0:1790 { station [ 192.0.2.0/24 2001:db8::/32 ]; neighbor 10.0.0.1; adj-rib-out; }',
      has: {
        stations: [{ length: 24 }, { length: 32 }],
        neighbors: [{ length: 32 }],
        views: new Set(['adj-rib-out-post-policy']),
      },
    },
    {
      text: 'export 192.0.2.1:1 { sys-name us; sys-descr "a b"; statistics 0; buffer 2; route-mirroring; adj-rib-out-pre-policy; }',
      has: {
        sysName: 'us',
        sysDescr: 'a b',
        statisticsSeconds: 0,
        bufferBytes: 2 * 1024 * 1024,
        mirroring: true,
        views: new Set(['adj-rib-out-pre-policy']),
      },
    },
  ])('$text', ({ text, has }) => {
    expect(load(`bmp { ${text} }`)?.exports[0]).toMatchObject(has);
  });

  it('selects for an api section', () => {
    const select = `select {
      router [ edge1 192.0.2.0/24 ]; peer-as 65001; view [ loc-rib adj-rib-in ];
      family ipv4 unicast; prefix 10.0.0.0/8 longer; prefix 192.0.2.0/24;
      community [ 65001:1 no-export ]; large-community 1:2:3; changes-only;
    }`;
    const config = load(
      `process p { run /bin/cat; encoder json; } ${bmp(`api { processes [ p ]; ${select} }`)}`,
    );
    expect(config?.api[0]?.select).toMatchObject({
      routers: ['edge1', '192.0.2.0/24'],
      peerAs: [65001],
      views: ['loc-rib', 'adj-rib-in-pre-policy', 'adj-rib-in-post-policy'],
      families: [IPV4_UNICAST],
      prefixes: [{ match: 'longer' }, { match: 'exact' }],
      communities: expect.arrayContaining([0xfde90001, 0xffffff01]),
      largeCommunities: [[1, 2, 3]],
      changesOnly: true,
    });
  });

  it('has certificates from where the file is', () => {
    const folder = mkdtempSync(join(tmpdir(), 'peerline-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const name of ['cert.pem', 'key.pem', 'ca.pem']) writeFileSync(join(folder, name), '');
    const text = bmp('tls { certificate cert.pem; key key.pem; ca ca.pem; }');
    expect(load(text, join(folder, 'peer.conf'))?.tls?.key).toBe(join(folder, 'key.pem'));
    expect(error(text)).toMatch(/expected a file that can be read/);
    const both = bmp('export 192.0.2.1:1 { tls; } tls { certificate cert.pem; key key.pem; ca ca.pem; }');
    expect(load(both, join(folder, 'peer.conf'))?.exports[0]?.tls?.ca).toBe(join(folder, 'ca.pem'));
  });

  it.each([
    { text: 'listne 1;', says: /did you mean 'listen'/ },
    { text: 'export 192.0.2.1;', says: /ADDRESS:PORT/ },
    { text: 'export 192.0.2.1:1 { loc-rib; }', says: /a keyword of export \(adj-rib-in, / },
    { text: 'export 192.0.2.1:1 { sysname us; }', says: /did you mean 'sys-name'/ },
    { text: 'relay 192.0.2.1:1 { tls; }', says: /that of the section, which has none/ },
    { text: 'tls { }', says: /tls needs a certificate, a key and a ca/ },
    { text: 'add-path maybe;', says: /auto, yes, no/ },
    { text: 'rib { adjribin; }', says: /a keyword of RIB views \(adj-rib-in, / },
    { text: 'router edge1;', says: /expected the address of a neighbor/ },
    { text: 'limits { peers 0; }', says: /from 1 to/ },
    { text: 'connect 192.0.2.1;', says: /ADDRESS:PORT/ },
    { text: 'api { select { prefix 10.0.0.1/8; } }', says: /host bits/ },
    { text: 'api { select { family ipv4 unicats; } }', says: /did you mean 'unicast'/ },
    { text: 'api { select { view locrib; } }', says: /did you mean 'loc-rib'/ },
  ])('$text is refused', ({ text, says }) => {
    expect(error(bmp(text))).toMatch(says);
  });
});
