import { describe, expect, it } from 'vitest';
import { encodeOperational } from '../../src/bgp/operational.ts';
import { toHex } from '../../src/wire/hex.ts';
import { loadNeighbor, neighborOf } from './opened.ts';
import { body, load, type SentOptions, sent } from './sent.ts';

const VERSIONS = ['4', '5', '6'] as const;
const ORIGIN = '40010100';
const EMPTY_PATH = '400200';
const PREFERENCE = '400504 00000064';
const HOP = 'next-hop 192.0.2.1';
const NEXT_HOP = '400304 c0000201';
const HEAD = `${ORIGIN}${EMPTY_PATH}${PREFERENCE}`;
const HEAD_HOP = `${ORIGIN}${EMPTY_PATH}${NEXT_HOP}${PREFERENCE}`;
const FAMILIES =
  'ipv4 multicast; ipv6 unicast; ipv6 multicast; ipv6 nlri-mpls; ipv6 mpls-vpn; ipv6 mcast-vpn;';
const IP6 = '20010db8000000000000000000000001';
const IP6_2 = '20010db8000000000000000000000002';

/** MP_REACH_NLRI. */
function reach(family: string, hop: string, nlri: string): string {
  const value = `${family}${(hop.length / 2).toString(16).padStart(2, '0')}${hop}00${nlri}`.replace(
    /\s/g,
    '',
  );
  return `800e${(value.length / 2).toString(16).padStart(2, '0')}${value}`;
}

function everyVersion(text: string, options: SentOptions = {}): string[] {
  const [first, ...rest] = VERSIONS.map((version) =>
    sent(text, [], { families: FAMILIES, ...options, version }),
  );
  for (const other of rest) expect(other).toEqual(first);
  return first ?? [];
}

/** The same in the configuration and as a command. */
function announced(afi: string, statement: string): string[] {
  const out = everyVersion(`announce { ${afi} { ${statement}; } }`);
  expect(sent('', [`announce ${afi} ${statement}`], { families: FAMILIES })).toEqual(out);
  return out;
}

describe('announce { ipv4 { … } ipv6 { … } }', () => {
  it.each([
    ['ipv4', `unicast 10.0.0.0/24 ${HOP}`, HEAD_HOP, '180a0000'],
    ['ipv4', 'unicast 10.0.0.0/24 next-hop 2001:db8::1', HEAD + reach('000101', IP6, '180a0000'), ''],
    ['ipv6', 'unicast 2001:db8::/32 next-hop 2001:db8::1', HEAD + reach('000201', IP6, '2020010db8'), ''],
    ['ipv6', `unicast 2001:db8::/32 ${HOP}`, HEAD_HOP + reach('000201', 'c0000201', '2020010db8'), ''],
    ['ipv4', `multicast 10.0.0.0/24 ${HOP}`, HEAD_HOP + reach('000102', 'c0000201', '180a0000'), ''],
    ['ipv6', 'multicast ff00::/8 next-hop 2001:db8::1', HEAD + reach('000202', IP6, '08ff'), ''],
    [
      'ipv4',
      `nlri-mpls 10.0.0.0/24 label 100 ${HOP}`,
      HEAD_HOP + reach('000104', 'c0000201', '30 000641 0a0000'),
      '',
    ],
    [
      'ipv4',
      `labeled-unicast 10.0.0.0/24 label 100 ${HOP}`,
      HEAD_HOP + reach('000104', 'c0000201', '30 000641 0a0000'),
      '',
    ],
    [
      'ipv6',
      'nlri-mpls 2001:db8::/32 label [ 100 200 ] next-hop 2001:db8::1',
      HEAD + reach('000204', IP6, '50 000640 000c81 20010db8'),
      '',
    ],
    [
      'ipv4',
      `mpls-vpn 10.0.0.0/24 rd 65000:1 label 100 ${HOP}`,
      HEAD_HOP + reach('000180', '0000000000000000c0000201', '70 000641 0000fde800000001 0a0000'),
      '',
    ],
    [
      'ipv6',
      'mpls-vpn 2001:db8::/48 rd 65000:1 label 100 next-hop 2001:db8::1',
      HEAD + reach('000280', `0000000000000000${IP6}`, '88 000641 0000fde800000001 20010db80000'),
      '',
    ],
  ])('%s %s', (afi, statement, attributes, nlri) => {
    expect(announced(afi, statement)).toEqual([body(attributes, nlri)]);
  });

  const COMMON: readonly [string, string][] = [
    ['origin egp', '40010101'],
    ['med 5', '80040400000005'],
    ['as-path [ 1 2 ]', '40020a02020000000100000002'],
    ['local-preference 7', '40050400000007'],
    ['atomic-aggregate', '400600'],
    ['aggregator ( 65010:1.1.1.1 )', 'c007080000fdf201010101'],
    ['originator-id 9.9.9.9', '80090409090909'],
    ['cluster-list [ 8.8.8.8 ]', '800a0408080808'],
    ['community [ 65000:1 ]', 'c00804fde80001'],
    ['large-community [ 1:2:3 ]', 'c0200c000000010000000200000003'],
    ['extended-community [ target:65000:1 ]', 'c010080002fde800000001'],
    ['aigp 100', '801a0b01000b0000000000000064'],
    ['attribute [ 0x63 0xc0 0x01 ]', 'c0630101'],
    ['name x', ''],
    ['split /32', ''],
    ['watchdog dog', ''],
    ['withdraw', ''],
  ];
  const STATEMENTS = [
    ['ipv4', `unicast 10.0.0.0/32 ${HOP}`],
    ['ipv4', `multicast 10.0.0.0/32 ${HOP}`],
    ['ipv4', `nlri-mpls 10.0.0.0/32 label 100 ${HOP}`],
    ['ipv4', `mpls-vpn 10.0.0.0/32 rd 65000:1 label 100 ${HOP}`],
    [
      'ipv4',
      `mcast-vpn shared-join rp 10.99.199.1 group 239.251.255.228 rd 65000:99999 source-as 65000 ${HOP}`,
    ],
    ['l2vpn', `vpls rd 1.2.3.4:5 endpoint 5 base 10702 offset 1 size 8 ${HOP}`],
  ] as const;
  const rows = STATEMENTS.flatMap(([afi, statement]) =>
    COMMON.filter(([words]) => !(words.startsWith('split') && /vpls|mcast/.test(statement))).map(
      ([words, attribute]) => ({ afi, statement, words, attribute }),
    ),
  );
  it.each(rows)('$afi $statement $words', ({ afi, statement, words, attribute }) => {
    const [update = '', ...others] = announced(afi, `${statement} ${words}`);
    expect(others).toEqual([]);
    expect(update).toContain(attribute);
  });

  it('an IPv6 prefix among IPv4 ones is an IPv6 route, and that is told', () => {
    const { warnings } = load('announce { ipv4 { unicast 2001:db8::/32 next-hop 2001:db8::1; } }', {
      families: FAMILIES,
    });
    expect(warnings).toEqual([expect.stringContaining('is announced as ipv6 unicast')]);
  });

  it.each([
    ['ipv4 { unicast 10.0.0.0/24 next-hop 192.0.2.1 rd 1:1; }', 'no route distinguisher in this family'],
    ['ipv4 { unicast 10.0.0.0/24 next-hop 192.0.2.1 label 5; }', 'no label in this family'],
    ['ipv4 { nlri-mpls 10.0.0.0/24 next-hop 192.0.2.1; }', 'a label'],
    [
      'ipv4 { nlri-mpls 10.0.0.0/24 next-hop 192.0.2.1 label 5 rd 1:1; }',
      'no route distinguisher in this family',
    ],
    ['ipv4 { mpls-vpn 10.0.0.0/24 next-hop 192.0.2.1 label 5; }', 'a route distinguisher'],
    ['ipv4 { mpls-vpn 10.0.0.0/24 next-hop 192.0.2.1 rd 1:1; }', 'a label'],
    ['ipv4 { unicast 10.0.0.0/24; }', 'a next-hop'],
    ['ipv4 { unicast 10.0.0.0/24 next-hop 192.0.2.1 foo; }', 'a keyword of a route'],
    ['ipv4 { unicst 10.0.0.0/24 next-hop 192.0.2.1; }', "did you mean 'unicast'"],
    ['ipv5 { unicast 10.0.0.0/24 next-hop 192.0.2.1; }', "did you mean 'ipv4'"],
    ['l2vpn { unicast 10.0.0.0/24 next-hop 192.0.2.1; }', 'a keyword of announce l2vpn'],
  ])('announce { %s } is refused', (text, reason) => {
    expect(() => load(`announce { ${text} }`)).toThrow(reason);
  });
});

describe('l2vpn', () => {
  const NLRI = '0011 0001ac1e0504000d 0005 0001 0008 029ce1';
  const WORDS = 'endpoint 5; offset 1; base 10702; size 8; rd 172.30.5.4:13; next-hop 192.168.201.1;';
  const expected = [body(HEAD + reach('001941', 'c0a8c901', NLRI))];

  it.each([
    `l2vpn { vpls site { ${WORDS} } }`,
    `l2vpn { vpls site { ${WORDS.split('; ').reverse().join('; ').replace(';;', ';')}; } }`,
    `l2vpn { vpls ${WORDS.replaceAll(';', '')}; }`,
    `l2vpn { vpls ${WORDS.replaceAll(';', '').replace('rd', 'route-distinguisher')}; }`,
    `announce { l2vpn { vpls ${WORDS.replaceAll(';', '')}; } }`,
    // of what stands twice the last counts
    `l2vpn { vpls site { endpoint 6; offset 2; base 5; size 9; rd 1:1; next-hop 1.2.3.4; ${WORDS} } }`,
  ])('%s', (text) => {
    expect(everyVersion(text)).toEqual(expected);
  });

  it.each([
    ['endpoint 0', 'endpoint 5', '0000', 14],
    ['endpoint 65535', 'endpoint 5', 'ffff', 14],
    ['offset 65535', 'offset 1', 'ffff', 18],
    ['size 65535', 'size 8', 'ffff', 22],
    ['base 0', 'base 10702', '000001', 26],
    ['base 1048575', 'base 10702', 'fffff1', 26],
  ])('%s', (words, instead, octets) => {
    const [update = ''] = everyVersion(
      `l2vpn { vpls ${WORDS.replaceAll(';', '').replace(instead, words)}; }`,
    );
    expect(update).toContain(octets);
    expect(update).toHaveLength((expected[0] ?? '').length);
  });

  it('next-hop self is our address', () => {
    expect(
      everyVersion(`l2vpn { vpls ${WORDS.replaceAll(';', '').replace('192.168.201.1', 'self')}; }`),
    ).toEqual([body(HEAD + reach('001941', 'c0000209', NLRI))]);
  });

  it.each([
    ['endpoint 5; ', "'endpoint'"],
    ['offset 1; ', "'offset'"],
    ['base 10702; ', "'base'"],
    ['size 8; ', "'size'"],
    ['rd 172.30.5.4:13; ', "'rd'"],
    [' next-hop 192.168.201.1;', 'next-hop'],
  ])('without %s it is refused', (part, reason) => {
    const words = WORDS.replace(part, '');
    expect(words).not.toBe(WORDS);
    expect(() => load(`l2vpn { vpls site { ${words} } }`)).toThrow(reason);
    expect(() => load(`l2vpn { vpls ${words.replaceAll(';', '')}; }`)).toThrow(reason);
  });

  it.each([
    ['endpoint 65536', 'endpoint 5', 'from 0 to 65535'],
    ['offset 65536', 'offset 1', 'from 0 to 65535'],
    ['size -1', 'size 8', 'from 0 to 65535'],
    ['base 1048576', 'base 10702', 'from 0 to 1048575'],
    ['rd 5', 'rd 172.30.5.4:13', "found '5'"],
  ])('%s is refused', (words, instead, reason) => {
    expect(() => load(`l2vpn { vpls ${WORDS.replaceAll(';', '').replace(instead, words)}; }`)).toThrow(
      reason,
    );
  });
});

describe('operational', () => {
  it.each([
    ['asm afi ipv4 safi unicast advisory "hello"', '0002 0008 0001 01 68656c6c6f'],
    ['adm afi ipv4 safi unicast advisory "hello"', '0001 0008 0001 01 68656c6c6f'],
    ['rpcq afi ipv4 safi unicast sequence 7', '0003 000b 0001 01 01020304 00000007'],
    ['apcq afi ipv6 safi unicast sequence 7', '0005 000b 0002 01 01020304 00000007'],
    ['lpcq afi ipv4 safi multicast sequence 7', '0007 000b 0001 02 01020304 00000007'],
    ['rpcp afi ipv4 safi unicast sequence 7 counter 9', '0004 000f 0001 01 01020304 00000007 00000009'],
    ['apcp afi ipv4 safi unicast sequence 7 counter 9', '0006 000f 0001 01 01020304 00000007 00000009'],
    ['lpcp afi ipv4 safi unicast sequence 7 counter 9', '0008 000f 0001 01 01020304 00000007 00000009'],
  ])('%s', (text, octets) => {
    for (const version of VERSIONS) {
      const { operational, routerId } = neighborOf(loadNeighbor(`operational { ${text}; }`, { version }));
      const bodies = operational.map((one) => toHex(encodeOperational(one, routerId)).slice(38));
      expect(bodies).toEqual([octets.replaceAll(' ', '')]);
    }
  });

  it.each([
    ['asm afi ipv4 safi unicast', 'advisory'],
    ['asm afi ipv5 safi unicast advisory "x"', "found 'ipv5'"],
    ['rpcq afi ipv4 safi unicast', 'sequence'],
    ['rpcq afi ipv4 safi unicast sequence 4294967296', 'from 0 to 4294967295'],
    ['rpcp afi ipv4 safi unicast sequence 7', 'counter'],
    ['xyz afi ipv4 safi unicast sequence 7', 'a keyword of operational'],
  ])('%s is refused', (text, reason) => {
    expect(() => loadNeighbor(`operational { ${text}; }`)).toThrow(reason);
  });
});

describe('MCAST-VPN', () => {
  const RD = '0000fde80001869f';
  it.each([
    [
      'ipv4',
      'shared-join rp 10.99.199.1 group 239.251.255.228 rd 65000:99999 source-as 65000',
      `06 16 ${RD} 0000fde8 20 0a63c701 20 effbffe4`,
    ],
    [
      'ipv4',
      'source-join source 10.99.12.2 group 239.251.255.228 rd 65000:99999 source-as 65000',
      `07 16 ${RD} 0000fde8 20 0a630c02 20 effbffe4`,
    ],
    [
      'ipv4',
      'source-ad source 10.99.12.4 group 239.251.255.228 rd 65000:99999',
      `05 12 ${RD} 20 0a630c04 20 effbffe4`,
    ],
    [
      'ipv6',
      'shared-join rp 2001:db8::1 group ff0e::1 rd 65000:99999 source-as 65000',
      `06 2e ${RD} 0000fde8 80 ${IP6} 80 ff0e0000000000000000000000000001`,
    ],
    [
      'ipv6',
      'source-ad source 2001:db8::1 group ff0e::1 rd 65000:99999',
      `05 2a ${RD} 80 ${IP6} 80 ff0e0000000000000000000000000001`,
    ],
  ])('%s mcast-vpn %s', (afi, words, nlri) => {
    const family = afi === 'ipv4' ? '000105' : '000205';
    expect(announced(afi, `mcast-vpn ${words} ${HOP}`)).toEqual([
      body(HEAD_HOP + reach(family, 'c0000201', nlri)),
    ]);
  });

  it('those with the same attributes share an UPDATE', () => {
    const one = `mcast-vpn source-ad source 10.0.0.1 group 239.0.0.1 rd 1:1 ${HOP}`;
    const two = `mcast-vpn source-ad source 10.0.0.2 group 239.0.0.1 rd 1:1 ${HOP}`;
    expect(everyVersion(`announce { ipv4 { ${one}; ${two}; } }`)).toHaveLength(1);
    expect(everyVersion(`announce { ipv4 { ${one}; ${two} med 5; } }`)).toHaveLength(2);
  });
});

describe('MUP', () => {
  const RD = '0000006400000064';
  const isd = (prefix: string) => `mup-isd ${prefix} rd 100:100`;
  it.each([
    ['ipv4', isd('10.0.1.0/24'), `01 0001 0c ${RD} 18 0a0001`],
    ['ipv6', isd('2001:db8::/32'), `01 0001 0d ${RD} 20 20010db8`],
    ['ipv4', 'mup-dsd 10.0.0.1 rd 100:100', `01 0002 0c ${RD} 0a000001`],
    ['ipv6', 'mup-dsd 2001:db8::1 rd 100:100', `01 0002 18 ${RD} ${IP6}`],
    [
      'ipv4',
      'mup-t1st 192.168.0.2/32 rd 100:100 teid 12345 qfi 9 endpoint 10.0.0.1',
      `01 0003 17 ${RD} 20 c0a80002 00003039 09 20 0a000001`,
    ],
    [
      'ipv4',
      'mup-t1st 192.168.0.2/32 rd 100:100 teid 12345 qfi 9 endpoint 10.0.0.1 source 10.0.0.9',
      `01 0003 1c ${RD} 20 c0a80002 00003039 09 20 0a000001 20 0a000009`,
    ],
    [
      'ipv6',
      'mup-t1st 2001:db8::/32 rd 100:100 teid 1 qfi 63 endpoint 2001:db8::1',
      `01 0003 23 ${RD} 20 20010db8 00000001 3f 80 ${IP6}`,
    ],
    ['ipv4', 'mup-t2st 10.0.0.1 rd 100:100 teid 12345/32', `01 0004 11 ${RD} 40 0a000001 00003039`],
    ['ipv4', 'mup-t2st 10.0.0.1 rd 100:100 teid 5/8', `01 0004 0e ${RD} 28 0a000001 05`],
    ['ipv4', 'mup-t2st 10.0.0.1 rd 100:100 teid 0/0', `01 0004 0d ${RD} 20 0a000001`],
    ['ipv6', 'mup-t2st 2001:db8::1 rd 100:100 teid 12345/32', `01 0004 1d ${RD} a0 ${IP6} 00003039`],
  ])('%s mup %s', (afi, words, nlri) => {
    const family = afi === 'ipv4' ? '000155' : '000255';
    expect(announced(afi, `mup ${words} next-hop 2001:db8::2`)).toEqual([
      body(HEAD + reach(family, IP6_2, nlri)),
    ]);
  });

  it.each([
    ['mup-t1st 192.168.0.2/32 rd 100:100 teid 1 qfi 64 endpoint 10.0.0.1', 'from 0 to 63'],
    ['mup-t1st 192.168.0.2/32 rd 100:100 teid 4294967296 qfi 1 endpoint 10.0.0.1', 'from 0 to 4294967295'],
    ['mup-t2st 10.0.0.1 rd 100:100 teid 5/33', 'TEID'],
    ['mup-t2st 10.0.0.1 rd 100:100 teid 256/8', 'TEID'],
    ['mup-isd 10.0.1.0/24', "'rd'"],
    ['mup-dsd 10.0.1.0/24 rd 100:100', 'address'],
    ['mup-xsd 10.0.1.0/24 rd 100:100', "did you mean 'mup-"],
  ])('mup %s is refused', (words, reason) => {
    expect(() => load(`announce { ipv4 { mup ${words} next-hop 10.0.0.1; } }`)).toThrow(
      new RegExp(reason, 'i'),
    );
  });
});
