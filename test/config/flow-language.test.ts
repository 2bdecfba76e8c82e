import { describe, expect, it } from 'vitest';
import { body, sent } from './sent.ts';

const VERSIONS = ['4', '5', '6'] as const;
const HEAD = '40010100 400200 40050400000064';
const IP6 = '20010db8000000000000000000000001';

const lengthOf = (hex: string) => hex.replaceAll(' ', '').length / 2;
const octet = (value: number) => value.toString(16).padStart(2, '0');

/** MP_REACH_NLRI of one rule. */
function reach(components: string, { afi = '0001', safi = '85', hop = '' } = {}): string {
  const length = lengthOf(components);
  const nlri = `${length < 240 ? octet(length) : (0xf000 | length).toString(16)}${components}`;
  const value = `${afi}${safi}${octet(lengthOf(hop))}${hop}00${nlri}`.replaceAll(' ', '');
  const size = value.length / 2;
  return size < 256 ? `800e${octet(size)}${value}` : `900e${size.toString(16).padStart(4, '0')}${value}`;
}

function everyVersion(text: string): string[] {
  const [first, ...rest] = VERSIONS.map((version) => sent(text, [], { version }));
  for (const other of rest) expect(other).toEqual(first);
  return first ?? [];
}

const isIpv6 = (match: string) => /-ipv6|::/.test(match);
const rule = (match: string, then = '') => `flow { route r { match { ${match} } then { ${then} } } }`;

describe('match', () => {
  const NAMES = (type: string, word: string, names: Readonly<Record<string, number>>) =>
    Object.entries(names).map(([name, value]): [string, string] => [
      `${word} ${name};`,
      `${type} ${value > 255 ? '91' : '81'} ${value.toString(16).padStart(value > 255 ? 4 : 2, '0')}`,
    ]);
  const bits = (type: string, word: string, names: Readonly<Record<string, number>>) =>
    NAMES(type, word, names).map(([text, octets]): [string, string] => [
      text,
      octets.replace(' 81 ', ' 80 ').replace(' 91 ', ' 90 '),
    ]);
  const protocols = {
    ...{
      icmp: 1,
      igmp: 2,
      tcp: 6,
      egp: 8,
      udp: 17,
      rsvp: 46,
      gre: 47,
      esp: 50,
      ah: 51,
      ospf: 89,
      ipip: 94,
      pim: 103,
    },
    ...{ sctp: 132, TCP: 6, 255: 255, 0: 0 },
  };
  const icmpTypes = {
    ...{ 'echo-reply': 0, unreachable: 3, 'source-quench': 4, redirect: 5, 'echo-request': 8 },
    ...{ 'router-advertisement': 9, 'router-solicit': 10, 'time-exceeded': 11, 'parameter-problem': 12 },
    ...{ timestamp: 13, 'timestamp-reply': 14, 'info-request': 15, 'info-reply': 16, 'mask-request': 17 },
    ...{ 'mask-reply': 18, traceroute: 30, photuris: 40, 'experimental-mobility': 41 },
    ...{
      'extended-echo-request': 42,
      'extended-echo-reply': 43,
      'experimental-one': 253,
      'experimental-two': 254,
    },
    ...{ echo_reply: 0, 'Echo-Request': 8 },
  };
  const icmpCodes = {
    ...{ 'network-unreachable': 0, 'host-unreachable': 1, 'protocol-unreachable': 2, 'port-unreachable': 3 },
    ...{ 'fragmentation-needed': 4, 'source-route-failed': 5, 'destination-network-unknown': 6 },
    ...{ 'destination-host-unknown': 7, 'source-host-isolated': 8, 'destination-network-prohibited': 9 },
    ...{
      'destination-host-prohibited': 10,
      'network-unreachable-for-tos': 11,
      'host-unreachable-for-tos': 12,
    },
    ...{ 'communication-prohibited-by-filtering': 13, 'host-precedence-violation': 14 },
    ...{ 'precedence-cutoff-in-effect': 15, 'redirect-for-network': 0, 'redirect-for-host': 1 },
    ...{ 'redirect-for-tos-and-net': 2, 'redirect-for-tos-and-host': 3, 'ttl-eq-zero-during-transit': 0 },
    ...{ 'ttl-eq-zero-during-reassembly': 1, 'required-option-missing': 1, 'ip-header-bad': 2 },
  };
  const tcpFlags = {
    ...{ fin: 1, syn: 2, rst: 4, push: 8, ack: 16, urg: 32, urgent: 32, ece: 64, cwr: 128, ns: 256, SYN: 2 },
  };
  const fragments = {
    ...{ 'dont-fragment': 1, 'is-fragment': 2, 'first-fragment': 4, 'last-fragment': 8, 'not-a-fragment': 0 },
    ...{ dont_fragment: 1 },
  };

  it.each<readonly [string, string]>([
    ['destination 10.0.0.0/8;', '01 08 0a'],
    ['destination-ipv4 10.0.0.0/8;', '01 08 0a'],
    ['destination 0.0.0.0/0;', '01 00'],
    ['source 10.0.0.1/32;', '02 20 0a000001'],
    ['source-ipv4 10.0.0.1/32;', '02 20 0a000001'],
    // host bits do not count
    ['source 10.0.0.1/24;', '02 18 0a0000'],
    ['source 10.0.0.0/8; source 11.0.0.0/8;', '02 08 0a 02 08 0b'],
    ['destination 2001:db8::/32;', '01 20 00 20010db8'],
    ['destination-ipv6 2001:db8::/32;', '01 20 00 20010db8'],
    ['source 2001:db8::/32/0;', '02 20 00 20010db8'],
    ['source-ipv6 2001:db8:1::/48/16;', '02 30 10 20010db80001'],
    ...NAMES('03', 'protocol', protocols),
    ['next-header tcp;', '03 81 06'],
    ...NAMES('04', 'port', { http: 80, https: 443, ssh: 22, domain: 53, ntp: 123, bgp: 179, 65535: 65535 }),
    ...NAMES('05', 'destination-port', { 80: 80, smtp: 25, 1024: 1024 }),
    ...NAMES('06', 'source-port', { 80: 80, snmp: 161 }),
    ...NAMES('07', 'icmp-type', icmpTypes),
    ...NAMES('08', 'icmp-code', icmpCodes),
    ...bits('09', 'tcp-flags', tcpFlags),
    ...NAMES('0a', 'packet-length', { 0: 0, 255: 255, 256: 256, 65535: 65535 }),
    ...NAMES('0b', 'dscp', { 0: 0, 46: 46, 63: 63 }),
    ...NAMES('0b', 'traffic-class', { 10: 10, 255: 255, 65535: 65535 }),
    ...bits('0c', 'fragment', fragments),
    ['flow-label 5;', '0d 81 05'],
    ['flow-label 2013;', '0d 91 07dd'],
    ['flow-label 1048575;', '0d a1 000fffff'],
    ['protocol [ tcp udp ];', '03 01 06 81 11'],
    // by type, whatever the order of the text
    ['dscp 1; protocol tcp; destination 10.0.0.0/8;', '01 08 0a 03 81 06 0b 81 01'],
  ])('%s', (match, components) => {
    const expected = body(`${HEAD} ${reach(components, { afi: isIpv6(match) ? '0002' : '0001' })}`);
    expect(everyVersion(rule(match))).toEqual([expected]);
  });

  it.each([
    ['80', '81 50'],
    ['=80', '81 50'],
    ['>80', '82 50'],
    ['<80', '84 50'],
    ['>=80', '83 50'],
    ['<=80', '85 50'],
    ['!=80', '86 50'],
    ['true1', '87 01'],
    ['false1', '80 01'],
    ['[ 80 443 ]', '01 50 91 01bb'],
    ['[ >8080&<8088 =3128 ]', '12 1f90 54 1f98 91 0c38'],
    ['[ >=1024 <=80&!=25 ]', '13 0400 05 50 c6 19'],
    ['[ =http =ssh ]', '01 50 81 16'],
  ])('numeric test %s', (test, octets) => {
    expect(everyVersion(rule(`destination-port ${test};`))).toEqual([
      body(`${HEAD} ${reach(`05 ${octets}`)}`),
    ]);
  });

  it.each([
    ['syn', '80 02'],
    ['=syn', '81 02'],
    ['!syn', '82 02'],
    ['!=syn', '83 02'],
    ['syn+ack', '80 12'],
    ['=syn+ack', '81 12'],
    ['0x42', '80 42'],
    ['66', '80 42'],
    ['[ =syn+ack !=rst fin&!ack 0x42 ]', '01 12 03 04 00 01 42 10 80 42'],
  ])('bitmask test %s', (test, octets) => {
    expect(everyVersion(rule(`tcp-flags ${test};`))).toEqual([body(`${HEAD} ${reach(`09 ${octets}`)}`)]);
  });

  it.each([
    ['[ dont-fragment is-fragment+last-fragment ]', '00 01 80 0a'],
    ['!is-fragment', '82 02'],
  ])('fragment %s', (test, octets) => {
    expect(everyVersion(rule(`fragment ${test};`))).toEqual([body(`${HEAD} ${reach(`0c ${octets}`)}`)]);
  });

  it.each([
    [117, 238],
    [118, 240],
    [200, 404],
  ])('%i ports are %i octets: of 240 on their length takes two', (count, length) => {
    const ports = Array.from({ length: count }, (_, i) => i + 1);
    const octets = ports.map((port, i) => `${i === count - 1 ? '81' : '01'}${octet(port)}`).join('');
    const components = `03 81 06 04${octets}`;
    expect(lengthOf(components)).toBe(length);
    expect(everyVersion(rule(`protocol tcp; port [ ${ports.join(' ')} ];`))).toEqual([
      body(`${HEAD} ${reach(components)}`),
    ]);
  });
});

describe('then', () => {
  const SOURCE = 'source 10.0.0.1/32;';
  const NLRI = '02 20 0a000001';
  const communities = (...values: string[]) => `c010${octet(values.length * 8)}${values.join('')}`;

  it.each([
    ['accept', '', ''],
    ['discard', communities('8006000000000000'), ''],
    ['rate-limit 9600', communities('8006000046160000'), ''],
    ['rate-limit 9600 bytes', communities('8006000046160000'), ''],
    ['rate-limit 1000 packets', communities('800c0000447a0000'), ''],
    ['redirect 65000:12', communities('8008fde80000000c'), ''],
    ['redirect 70000:12', communities('820800011170000c'), ''],
    ['redirect 1.2.3.4', communities('0800000000000000'), '01020304'],
    ['redirect 2001:db8::1', communities('0800000000000000'), IP6],
    ['redirect "[2001:db8::1]"', communities('0800000000000000'), IP6],
    ['redirect-to-nexthop', communities('0800000000000000'), ''],
    ['redirect-to-nexthop-ietf 1.2.3.4', communities('010c010203040000'), ''],
    ['redirect-to-nexthop-ietf 2001:db8::1', `c01914000c${IP6}0000`, ''],
    ['copy 1.2.3.4', communities('0800000000000001'), '01020304'],
    ['copy 2001:db8::1', communities('0800000000000001'), IP6],
    ['mark 0', communities('8009000000000000'), ''],
    ['mark 46', communities('800900000000002e'), ''],
    ['mark 63', communities('800900000000003f'), ''],
    ['action sample', communities('8007000000000002'), ''],
    ['action terminal', communities('8007000000000001'), ''],
    ['action sample-terminal', communities('8007000000000003'), ''],
    ['action terminal-sample', communities('8007000000000003'), ''],
    ['community [ 65000:1 ]', 'c00804fde80001', ''],
    ['large-community [ 1:2:3 ]', 'c0200c000000010000000200000003', ''],
    ['extended-community [ target:1:2 ]', communities('0002000100000002'), ''],
  ])('%s', (action, attribute, hop) => {
    const expected = [body(`${HEAD} ${attribute} ${reach(NLRI, { hop })}`)];
    expect(everyVersion(rule(SOURCE, `${action};`))).toEqual(expected);
    expect(everyVersion(`flow { route source 10.0.0.1/32 ${action}; }`)).toEqual(expected);
    expect(everyVersion(`announce { ipv4 { flow source 10.0.0.1/32 ${action}; } }`)).toEqual(expected);
    for (const line of [
      `flow route source 10.0.0.1/32 ${action}`,
      `flow route { match { ${SOURCE} } then { ${action}; } }`,
    ])
      expect(sent('', [`announce ${line}`])).toEqual(expected);
  });

  it('several actions merge', () => {
    expect(everyVersion(rule(SOURCE, 'rate-limit 9600; redirect 65000:12; mark 46;'))).toEqual([
      body(
        `${HEAD} ${communities('8006000046160000', '8008fde80000000c', '800900000000002e')} ${reach(NLRI)}`,
      ),
    ]);
  });

  it.each([
    ['mark 46 discard', ['8006000000000000', '800900000000002e']],
    ['interface-set transitive:input:1:2 mark 46', ['0702000000014002', '800900000000002e']],
    ['extended-community [ target:1:2 ] discard', ['0002000100000002', '8006000000000000']],
  ])('they do on one line, where 4.2 takes the first alone: %s', (text, values) => {
    const expected = [body(`${HEAD} ${communities(...values)} ${reach(NLRI)}`)];
    expect(everyVersion(`flow { route source 10.0.0.1/32 ${text}; }`)).toEqual(expected);
    expect(sent('', [`announce flow route source 10.0.0.1/32 ${text}`])).toEqual(expected);
  });

  it('redirect-to-nexthop has the next hop of the route', () => {
    const text = `flow { route { next-hop 5.6.7.8; match { ${SOURCE} } then { redirect-to-nexthop; } } }`;
    expect(everyVersion(text)).toEqual([
      body(`${HEAD} ${communities('0800000000000000')} ${reach(NLRI, { hop: '05060708' })}`),
    ]);
  });

  it.each([
    { where: 'before it', text: 'next-hop 5.6.7.8; MATCH then { redirect 65000:12; }', hop: '' },
    { where: 'behind it', text: 'MATCH then { redirect 65000:12; } next-hop 5.6.7.8;', hop: '05060708' },
  ])('redirect to a VRF takes the next hop away that stands $where', ({ text, hop }) => {
    expect(everyVersion(`flow { route { ${text.replace('MATCH', `match { ${SOURCE} }`)} } }`)).toEqual([
      body(`${HEAD} ${communities('8008fde80000000c')} ${reach(NLRI, { hop })}`),
    ]);
  });

  it('of two rd the last counts', () => {
    const [only] = everyVersion(`flow { route { rd 1:1; rd 2:2; match { ${SOURCE} } then { discard; } } }`);
    expect(only).toContain('0000000200000002022');
  });

  it('next-hop self is our address', () => {
    const text = `flow { route { next-hop self; match { ${SOURCE} } then { redirect-to-nexthop; } } }`;
    expect(everyVersion(text)).toEqual([
      body(`${HEAD} ${communities('0800000000000000')} ${reach(NLRI, { hop: 'c0000209' })}`),
    ]);
  });

  it.each(['rd', 'route-distinguisher'])('%s makes a rule of flow-vpn', (word) => {
    const expected = [
      body(`${HEAD} ${communities('8006000000000000')} ${reach(`0000fde800000063${NLRI}`, { safi: '86' })}`),
    ];
    for (const text of [
      `flow { route { ${word} 65000:99; match { ${SOURCE} } then { discard; } } }`,
      `flow { route ${word} 65000:99 source 10.0.0.1/32 discard; }`,
      `announce { ipv4 { flow-vpn ${word} 65000:99 source 10.0.0.1/32 discard; } }`,
    ])
      expect(everyVersion(text)).toEqual(expected);
  });

  it.each([
    ['match first', `match { ${SOURCE} } then { discard; } scope { interface-set transitive:input:1:2; }`],
    ['then first', `then { discard; } scope { interface-set transitive:input:1:2; } match { ${SOURCE} }`],
    ['scope first', `scope { interface-set transitive:input:1:2; } then { discard; } match { ${SOURCE} }`],
  ])('the sections stand in any order: %s', (_, content) => {
    expect(everyVersion(`flow { route { ${content} } }`)).toEqual([
      body(`${HEAD} ${communities('0702000000014002', '8006000000000000')} ${reach(NLRI)}`),
    ]);
  });

  it.each([
    ['transitive:input:65000:100', ['07020000fde84064']],
    ['transitive:output:65000:100', ['07020000fde88064']],
    ['transitive:input-output:65000:100', ['07020000fde8c064']],
    ['non-transitive:input:65000:100', ['47020000fde84064']],
    ['input:65000:100', ['07020000fde84064']],
    ['transitive:input:4294967295:16383', ['0702ffffffff7fff']],
    ['[ transitive:input:1:1 non-transitive:output:1:2 ]', ['0702000000014001', '4702000000018002']],
  ])('interface-set %s', (set, values) => {
    expect(
      everyVersion(`flow { route { match { ${SOURCE} } scope { interface-set ${set}; } then { } } }`),
    ).toEqual([body(`${HEAD} ${communities(...values)} ${reach(NLRI)}`)]);
  });

  it('each rule has its own UPDATE', () => {
    const text = 'flow { route source 10.0.0.1/32 discard; route source 10.0.0.2/32 discard; }';
    expect(everyVersion(text)).toHaveLength(2);
  });
});

describe('the AFI of a rule', () => {
  it.each([
    ['flow { route { match { flow-label 5; } } }', '0001', '0d 81 05'],
    ['flow { route { match { next-header tcp; } } }', '0001', '03 81 06'],
    ['flow { route { match { traffic-class 5; } } }', '0001', '0b 81 05'],
    ['flow { route { match { source ::/0; } } }', '0002', '02 00 00'],
    ['announce { ipv6 { flow next-header tcp; } }', '0002', '03 81 06'],
    ['announce { ipv4 { flow protocol tcp; } }', '0001', '03 81 06'],
  ])('%s', (text, afi, components) => {
    expect(everyVersion(text)).toEqual([body(`${HEAD} ${reach(components, { afi })}`)]);
  });
});

describe('what a rule must not say', () => {
  it.each([
    ['match { protocol foo; }', "found 'foo', expected protocol from 0 to 255 or icmp"],
    ['match { protocol 256; }', 'from 0 to 255'],
    ['match { destination 10.0.0.1; }', 'an IP prefix with its length'],
    ['match { packet-length 65536; }', 'packet-length from 0 to 65535'],
    ['match { packet-length >70000; }', 'packet-length from 0 to 65535'],
    ['match { dscp 64; }', 'from 0 to 63'],
    ['match { flow-label 1048576; }', 'from 0 to 1048575'],
    ['match { icmp-type 256; }', 'from 0 to 255'],
    ['match { port 65536; }', 'from 0 to 65535'],
    ['match { tcp-flags syn+foo; }', "found 'syn+foo'"],
    ['match { fragment some; }', "found 'some'"],
    ['match { protocol tcp; } then { drop; }', "found 'drop'"],
    ['match { protocol tcp; } then { mark 64; }', 'from 0 to 63'],
    ['match { protocol tcp; } then { action nothing; }', 'terminal, sample, sample-terminal'],
    ['match { protocol tcp; } then { rate-limit; }', 'expected'],
    ['match { protocol tcp; } then { rate-limit -1; }', "found '-1'"],
    ['match { protocol tcp; } then { redirect 65000; }', "found '65000'"],
    ['match { protocol tcp; } then { redirect 70000:65536; }', "found '70000:65536'"],
    ['match { protocol tcp; } then { redirect [2001:db8::1]:5; }', "found '"],
    ['match { protocol tcp; } then { redirect-to-nexthop-ietf x; }', "found 'x'"],
    ['match { protocol tcp; } then { copy x; }', "found 'x'"],
    ['match { protocol tcp; } scope { interface-set transitive:both:1:1; }', 'input'],
    ['match { protocol tcp; } scope { interface-set transitive:input:1:16384; }', 'GROUP'],
    [
      'match { protocol tcp; } scope { interface-set transitive:input:4294967296:1; }',
      'transitive:input:AS:GROUP',
    ],
  ])('%s', (content, reason) => {
    expect(() => sent(`flow { route { ${content} } }`, [])).toThrow(reason);
  });
});
