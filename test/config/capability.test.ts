import { describe, expect, it } from 'vitest';
import { encodeOpen } from '../../src/bgp/open.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { NeighborConfig } from '../../src/config/model.ts';
import { NeighborSettings } from '../../src/daemon/session-settings.ts';
import { toHex } from '../../src/wire/hex.ts';

function load(body: string): NeighborConfig {
  const text = `neighbor 192.0.2.2 { router-id 192.0.2.1; local-as 65001; peer-as 65002; ${body} }`;
  const [neighbor] = loadConfig({ text, file: 'peer.conf' }).config.neighbors;
  if (neighbor === undefined) throw new Error('no neighbor');
  return neighbor;
}

/** The capabilities of the OPEN, code and value, without MP, AS4 and extended message. */
function announced(body: string): string[] {
  const settings = new NeighborSettings(load(body), '192.0.2.2', {
    defaultPort: 179,
    openWaitSeconds: 60,
    software: 'Peerline/1',
  });
  const octets = encodeOpen(settings.open(65001)).subarray(29);
  const found: string[] = [];
  for (let at = 0; at < octets.length; at += 2 + (octets[at + 1] ?? 0)) {
    const [code, , ...value] = octets.subarray(at + 2, at + 2 + (octets[at + 1] ?? 0));
    if (![1, 65, 6].includes(code ?? 0)) found.push(`${code} ${toHex(Uint8Array.from(value))}`.trim());
  }
  return found;
}

const FAMILIES = 'family { ipv4 unicast; ipv4 nlri-mpls; }';

describe('capabilities in an OPEN', () => {
  it.each([
    { body: 'capability { role provider; }', sent: ['9 00'] },
    { body: 'capability { role rs-client strict; }', sent: ['9 02'] },
    { body: 'peer-as 65001; capability { role provider; }', sent: [] },
    { body: 'capability { graceful-restart 120; }', sent: ['64 80780001018000010480'] },
    { body: 'hold-time 0; capability { graceful-restart; long-lived-graceful-restart 3600; }', sent: [] },
    { body: 'capability { graceful-restart 120 notification; }', sent: ['64 c0780001018000010480'] },
    {
      body: 'hold-time 30; capability { graceful-restart notification; }',
      sent: ['64 c01e0001018000010480'],
    },
    {
      body: 'capability { graceful-restart 120; long-lived-graceful-restart 3600; }',
      sent: ['64 80780001018000010480', '71 00010180000e1000010480000e10'],
    },
    { body: 'capability { long-lived-graceful-restart 3600; }', sent: [] },
    { body: 'capability { multiple-labels 3; }', sent: ['8 00010403'] },
    {
      body: 'capability { add-path receive; } add-path { ipv4 unicast limit 10; }',
      sent: ['69 00010101', '76 000101000a'],
    },
    { body: 'capability { add-path send; } add-path { ipv4 unicast limit 10; }', sent: ['69 00010102'] },
    { body: 'capability { link-local-nexthop enable; }', sent: ['77'] },
  ])('$body', ({ body, sent }) => {
    expect(announced(`${FAMILIES} ${body}`)).toEqual(sent);
  });
});

describe('more keywords of a neighbor', () => {
  it.each([
    { body: 'send-hold-time 30;', expected: { sendHoldSeconds: 30 } },
    { body: '', expected: { sendHoldSeconds: undefined, prefixLimits: [], prefixLimitRestartSeconds: 60 } },
    {
      body: 'maximum-prefix { ipv4 unicast 1000; ipv6 unicast 20 warn; restart 300; }',
      expected: {
        prefixLimits: [
          { family: 0x101, maximum: 1000, warnOnly: false },
          { family: 0x201, maximum: 20, warnOnly: true },
        ],
        prefixLimitRestartSeconds: 300,
      },
    },
    {
      body: 'local-link-local fe80::1;',
      expected: { localLinkLocal: Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1) },
    },
  ])('$body', ({ body, expected }) => {
    expect(load(body)).toMatchObject(expected);
  });

  it.each([
    { body: 'local-link-local 2001:db8::1;', error: 'a link-local address (fe80::/10)' },
    { body: 'capability { role upstream; }', error: 'a role (provider, rs, rs-client, customer, peer)' },
    { body: 'capability { multiple-labels 1; }', error: 'a number of labels from 2 to 255' },
    { body: 'add-path { ipv4 unicast limit 0; }', error: 'a number of paths from 1 to 65535' },
    { body: 'maximum-prefix { ipv4 unicast; }', error: 'a number of prefixes from 1' },
    {
      body: 'adj-rib-in false; maximum-prefix { ipv4 unicast 5; }',
      error: 'maximum-prefix counts what adj-rib-in remembers, which is switched off',
    },
    { body: 'send-hold-time 0;', error: 'a send hold time in seconds from 1 to 65535' },
  ])('$body is refused', ({ body, error }) => {
    expect(() => load(body)).toThrow(ConfigErrors);
    expect(() => load(body)).toThrow(error);
  });
});
