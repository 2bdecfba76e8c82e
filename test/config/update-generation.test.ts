import { describe, expect, it } from 'vitest';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import { bodies, OPTIONS, session } from '../rib/neighbor.ts';
import { body, load, type SentOptions, sent } from './sent.ts';

const VERSIONS = ['4', '5', '6'] as const;
const HOP = 'next-hop 192.0.2.1';
const IP6 = '20010db8000000000000000000000001';
const FAMILIES = 'ipv4 multicast; ipv6 unicast; ipv6 multicast; ipv6 nlri-mpls; ipv6 mpls-vpn;';
const INTERNAL = '40010100 400200 400304c0000201 40050400000064';
const NO_HOP = '40010100 400200 40050400000064';

function everyVersion(text: string, commands: readonly string[] = [], options: SentOptions = {}): string[] {
  const [first, ...rest] = VERSIONS.map((version) =>
    sent(text, commands, { families: FAMILIES, ...options, version }),
  );
  for (const other of rest) expect(other).toEqual(first);
  return first ?? [];
}

/** Codes of the path attributes, in their order. */
function codes(update: string): number[] {
  const octets = Buffer.from(update, 'hex');
  const start = 2 + octets.readUInt16BE(0);
  const end = start + 2 + octets.readUInt16BE(start);
  const found: number[] = [];
  for (let at = start + 2; at < end; ) {
    const isLong = ((octets[at] ?? 0) & 0x10) !== 0;
    found.push(octets[at + 1] ?? 0);
    at += isLong ? 4 + octets.readUInt16BE(at + 2) : 3 + (octets[at + 2] ?? 0);
  }
  return found;
}

const EVERYTHING = `origin egp med 50 local-preference 200 as-path [ 65010 70000 ] atomic-aggregate
  aggregator ( 70000:1.1.1.1 ) originator-id 9.9.9.9 cluster-list [ 8.8.8.8 7.7.7.7 ]
  community [ 65000:2 no-export 65000:1 ] large-community [ 1:2:3 ] extended-community [ target:65000:1 ] aigp 100
  attribute [ 0x19 0xc0 0x0002fde800000001 ] attribute [ 0x63 0xc0 0x01 ]`;

describe('the order of attributes', () => {
  it.each([
    ['plain NLRI', '10.0.0.0/24', HOP, {}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 25, 26, 32, 99]],
    [
      'MP_REACH_NLRI last',
      '10.0.0.0/24',
      `${HOP} label 100`,
      {},
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16, 25, 26, 32, 99, 14],
    ],
    [
      'AS4_PATH behind AS_PATH, AS4_AGGREGATOR behind AGGREGATOR',
      '10.0.0.0/24',
      HOP,
      { send: { asn4: false } },
      [1, 2, 17, 3, 4, 5, 6, 7, 18, 8, 9, 10, 16, 25, 26, 32, 99],
    ],
    [
      'no LOCAL_PREF and no AIGP to others',
      '10.0.0.0/24',
      HOP,
      { peerAs: 65001 },
      [1, 2, 3, 4, 6, 7, 8, 9, 10, 16, 25, 32, 99],
    ],
  ])('%s', (_, prefix, hop, choices, expected) => {
    const [update = ''] = everyVersion(`static { route ${prefix} ${hop} ${EVERYTHING}; }`, [], {
      session: choices,
    });
    expect(codes(update)).toEqual(expected);
  });

  it('the whole set', () => {
    const words = EVERYTHING.replace('70000 ]', '65020 ]')
      .replace('70000:', '65010:')
      .replace(/attribute \[.*/s, '');
    expect(everyVersion(`static { route 10.0.0.0/24 ${HOP} ${words}; }`)).toEqual([
      body(
        `40010101 40020a 0202 0000fdf2 0000fdfc 400304c0000201 80040400000032 400504000000c8 400600
         c00708 0000fdf2 01010101 c0080c fde80001 fde80002 ffffff01 800904 09090909 800a08 08080808 07070707
         c01008 0002fde800000001 801a0b 01 000b 0000000000000064 c0200c 00000001 00000002 00000003`,
        '180a0000',
      ),
    ]);
  });
});

describe('defaults', () => {
  it.each([
    ['internal', {}, INTERNAL],
    ['external', { peerAs: 65001 }, '40010100 400206 0201 0000fde8 400304c0000201'],
    [
      'a four-octet AS of ours',
      { localAs: 70000, peerAs: 65001 },
      '40010100 400206 0201 00011170 400304c0000201',
    ],
    ['a four-octet AS that is internal', { localAs: 70000, peerAs: 70000 }, INTERNAL],
    [
      'without four-octet AS numbers',
      { localAs: 70000, peerAs: 65001, send: { asn4: false } },
      '40010100 400204 0201 5ba0 c01106 0201 00011170 400304c0000201',
    ],
  ])('%s', (_, choices, attributes) => {
    expect(everyVersion(`static { route 10.0.0.0/24 ${HOP}; }`, [], { session: choices })).toEqual([
      body(attributes, '180a0000'),
    ]);
  });
});

describe('where the NLRI goes', () => {
  it.each([
    ['IPv4 unicast, IPv4 next hop', `10.0.0.0/24 ${HOP}`, INTERNAL, '180a0000'],
    ['IPv4 multicast', `224.0.0.0/4 ${HOP}`, `${INTERNAL} 800e0b 0001 02 04 c0000201 00 04 e0`, ''],
    [
      'IPv4 unicast, IPv6 next hop',
      '10.0.0.0/24 next-hop 2001:db8::1',
      `${NO_HOP} 800e19 0001 01 10 ${IP6} 00 180a0000`,
      '',
    ],
    [
      'IPv6 unicast',
      '2001:db8::/48 next-hop 2001:db8::1',
      `${NO_HOP} 800e1c 0002 01 10 ${IP6} 00 30 20010db80000`,
      '',
    ],
    [
      'IPv6 unicast, IPv4 next hop',
      `2001:db8::/48 ${HOP}`,
      `${INTERNAL} 800e10 0002 01 04 c0000201 00 30 20010db80000`,
      '',
    ],
    [
      'labelled',
      `10.0.0.0/24 label 100 ${HOP}`,
      `${INTERNAL} 800e10 0001 04 04 c0000201 00 30 000641 0a0000`,
      '',
    ],
    [
      'two labels',
      `10.0.0.0/24 label [ 100 200 ] ${HOP}`,
      `${INTERNAL} 800e13 0001 04 04 c0000201 00 48 000640 000c81 0a0000`,
      '',
    ],
    [
      'VPN',
      `10.0.0.0/24 rd 65000:1 label 100 ${HOP}`,
      `${INTERNAL} 800e20 0001 80 0c 0000000000000000 c0000201 00 70 000641 0000fde800000001 0a0000`,
      '',
    ],
    [
      'IPv6 VPN',
      '2001:db8::/48 rd 65000:1 label 100 next-hop 2001:db8::1',
      `${NO_HOP} 800e2f 0002 80 18 0000000000000000 ${IP6} 00 88 000641 0000fde800000001 20010db80000`,
      '',
    ],
    ['a prefix of no bits', `0.0.0.0/0 ${HOP}`, INTERNAL, '00'],
    ['of one bit', `128.0.0.0/1 ${HOP}`, INTERNAL, '0180'],
    ['of nine bits', `10.128.0.0/9 ${HOP}`, INTERNAL, '090a80'],
    ['a host', `10.0.0.1 ${HOP}`, INTERNAL, '200a000001'],
  ])('%s', (_, route, attributes, nlri) => {
    expect(everyVersion(`static { route ${route}; }`)).toEqual([body(attributes, nlri)]);
  });
});

describe('withdrawals', () => {
  // as ExaBGP 6 in every version: unicast without attributes, other families with MP_UNREACH_NLRI before them
  it.each([
    ['10.0.0.0/24', '', HOP, '0004 18 0a0000 0000'],
    ['2001:db8::/48', '', 'next-hop 2001:db8::1', '0000 000d 800f0a 0002 01 30 20010db80000'],
    ['10.0.0.0/24', 'label 100', HOP, body(`800f0a 0001 04 30 000641 0a0000 ${INTERNAL}`)],
    [
      '10.0.0.0/24',
      'rd 65000:1 label 100',
      HOP,
      body(`800f12 0001 80 70 000641 0000fde800000001 0a0000 ${INTERNAL}`),
    ],
  ])('%s %s', (prefix, words, hop, expected) => {
    const route = `route ${prefix} ${words} ${hop}`;
    const [, withdrawn] = everyVersion('', [`announce ${route}`, `withdraw ${route}`]);
    expect(withdrawn).toBe(expected.replaceAll(' ', ''));
  });

  it('keeps the path identifier', () => {
    const route = `route 10.0.0.0/24 path-information 7 ${HOP}`;
    const options = { session: { send: { addPath: new Set([257]) } } };
    const [, withdrawn] = everyVersion('', [`announce ${route}`, `withdraw ${route}`], options);
    expect(withdrawn).toBe('0008' + '00000007180a0000' + '0000');
  });
});

describe('grouping', () => {
  const routes = (...rows: string[]) => `static { ${rows.map((row) => `route ${row};`).join(' ')} }`;

  it('IPv4 unicast with the same attributes, sorted, groups in the order of first use', () => {
    expect(
      everyVersion(
        routes(
          `10.0.2.0/24 ${HOP}`,
          '10.0.9.0/24 next-hop 192.0.2.2',
          `10.0.1.0/24 ${HOP}`,
          `10.0.0.0/24 ${HOP} origin igp`,
        ),
      ),
    ).toEqual([
      body(INTERNAL, '180a0000180a0001180a0002'),
      body('40010100 400200 400304c0000202 40050400000064', '180a0009'),
    ]);
  });

  it.each([
    ['IPv6', ['2001:db8:1::/48 next-hop 2001:db8::1', '2001:db8:2::/48 next-hop 2001:db8::1']],
    ['labelled', [`10.0.0.0/24 label 5 ${HOP}`, `10.0.1.0/24 label 5 ${HOP}`]],
    ['VPN', [`10.0.0.0/24 label 5 rd 1:1 ${HOP}`, `10.0.1.0/24 label 5 rd 1:1 ${HOP}`]],
    ['multicast', [`224.0.0.0/24 ${HOP}`, `224.0.1.0/24 ${HOP}`]],
  ])('%s: one UPDATE each, in the order of the file', (_, rows) => {
    const updates = everyVersion(routes(...rows));
    expect(updates).toHaveLength(2);
    expect(everyVersion(routes(...rows.toReversed()))).toEqual(updates.toReversed());
  });

  it('IPv4 with IPv6 next hops: one UPDATE for each next hop, prefixes ascending', () => {
    const rows = ['10.0.1.0/24 next-hop 2001:db8::1', '10.0.0.0/24 next-hop 2001:db8::1'];
    const nextHop = (last: string) => `0001 01 10 20010db800000000000000000000000${last} 00`;
    expect(everyVersion(routes(...rows, '10.0.2.0/24 next-hop 2001:db8::2'))).toEqual([
      body(`40010100 400200 40050400000064 800e1d ${nextHop('1')} 180a0000 180a0001`),
      body(`40010100 400200 40050400000064 800e19 ${nextHop('2')} 180a0002`),
    ]);
  });

  it('group-updates false: each route on its own, in the order of the file', () => {
    const { config } = load(`group-updates false; ${routes(`10.0.2.0/24 ${HOP}`, `10.0.1.0/24 ${HOP}`)}`);
    const [neighbor] = config.neighbors;
    const rib = new AdjRibOut({ ...OPTIONS, manualEor: true, groupUpdates: neighbor?.groupUpdates ?? true });
    rib.configure(neighbor?.routes ?? []);
    rib.sessionUp(session());
    expect(bodies(rib.take())).toEqual([body(INTERNAL, '180a0002'), body(INTERNAL, '180a0001')]);
  });
});

describe('after the session is established', () => {
  it('routes, then End-of-RIB of each family', () => {
    const { config } = load(`static { route 10.0.0.0/24 ${HOP}; }`);
    const [neighbor] = config.neighbors;
    for (const manualEor of [false, true]) {
      const rib = new AdjRibOut({ ...OPTIONS, manualEor });
      rib.configure(neighbor?.routes ?? []);
      // in the order of the peer's OPEN: IPv4 FlowSpec first
      rib.sessionUp(session({ families: [256 + 133, 257, 513] }));
      const ends = ['00000007900f0003000185', '00000000', '00000007900f0003000201'];
      expect(bodies(rib.take())).toEqual([body(INTERNAL, '180a0000'), ...(manualEor ? [] : ends)]);
    }
  });
});

describe('the size of messages', () => {
  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => `route 10.${i >> 8}.${i & 255}.0/24 ${HOP};`).join('\n');
  const HEADER = 19;

  it.each([
    ['4096 octets', 4096, 3000],
    ['65535 octets with extended messages', 65535, 20_000],
  ])('%s', (_, maxMessageLength, count) => {
    const [neighbor] = load(`static { ${many(count)} }`).config.neighbors;
    const rib = new AdjRibOut({ ...OPTIONS, manualEor: true });
    rib.configure(neighbor?.routes ?? []);
    rib.sessionUp(session({ send: { maxMessageLength } }));
    const updates = bodies(rib.take(count));
    const sizes = updates.map((update) => update.length / 2 + HEADER);
    const per = Math.floor((maxMessageLength - HEADER - 4 - 21) / 4);
    expect(sizes).toHaveLength(Math.ceil(count / per));
    expect(Math.max(...sizes)).toBe(HEADER + 4 + 21 + per * 4);
    const nlri = updates.map((update) => update.slice(2 * (4 + 21))).join('');
    expect(nlri.length).toBe(count * 8);
  });

  it('withdrawals are split as well', () => {
    const prefixes = Array.from({ length: 2000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`);
    const command = (verb: string) => `${verb} attributes ${HOP} nlri ${prefixes.join(' ')}`;
    const updates = sent('', [command('announce'), command('withdraw')]);
    const withdrawn = updates.filter((update) => !update.startsWith('0000'));
    expect(withdrawn).toHaveLength(2);
    expect(withdrawn.map((update) => Number.parseInt(update.slice(0, 4), 16)).reduce((a, b) => a + b)).toBe(
      8000,
    );
  });

  it('a route whose attributes have no room is not sent, others are', () => {
    const communities = Array.from({ length: 1100 }, (_, i) => `1:${i}`).join(' ');
    const long = `static { route 10.0.0.0/24 ${HOP} community [ ${communities} ]; route 10.0.1.0/24 ${HOP}; }`;
    expect(sent(long, [])).toEqual([body(INTERNAL, '180a0001')]);
    const extended = sent(long, [], { session: { send: { maxMessageLength: 65535 } } });
    expect(extended).toHaveLength(2);
    expect(extended[0]).toContain('d0081130');
  });
});
