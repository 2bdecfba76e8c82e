import { describe, expect, it } from 'vitest';
import { ConfigErrors } from '../../src/config/errors.ts';
import { body, load, sent } from './sent.ts';

const updates = (text: string, ...commands: readonly string[]) => sent(text, commands);

const HEAD = '40010100 400200 40050400000064';
const HEAD_NH = (hop: string) => `40010100 400200 400304${hop} 40050400000064`;
const NH6 = '20010db8000000000000000000000001';

const SOURCE = 'match { source 10.0.0.1/32; }';
const flow = (content: string) => `flow { route x { ${content} } }`;
const SOURCE_NLRI = '06 02 20 0a000001';
const noHop = (nlri: string) =>
  `800e${((nlri.replace(/ /g, '').length >> 1) + 5).toString(16).padStart(2, '0')} 0001 85 00 00 ${nlri}`;
const then = (actions: string) => flow(`${SOURCE} then { ${actions} }`);

describe('flow', () => {
  it.each([
    [
      flow(`match { source 10.0.0.1/32; destination 192.168.0.0/16; protocol [ tcp udp ];
        destination-port [ >8080&<8088 =3128 ]; } then { discard; }`),
      `${HEAD} c01008 8006 0000 00000000 800e1f 0001 85 00 00
       19 01 10 c0a8 02 20 0a000001 03 01 06 81 11 05 12 1f90 54 1f98 91 0c38`,
    ],
    [
      flow(`match { destination 10.0.0.0/8; port =80; source-port >1024; icmp-type [ unreachable echo-request ];
        icmp-code [ network-unreachable ]; tcp-flags [ syn !ack ]; packet-length [ >200&<300 >400&<500 ];
        dscp [ 46 ]; fragment [ first-fragment last-fragment ]; } then { rate-limit 9600; }`),
      `${HEAD} c01008 80060000 46160000 800e31 0001 85 00 00 2b 01 08 0a 04 81 50 06 92 0400 07 01 03 81 08 08 81 00
       09 00 02 82 10 0a 02 c8 54 012c 12 0190 d4 01f4 0b 81 2e 0c 00 04 80 08`,
    ],
    [
      flow(`match { source 2001:db8::/32; destination 2001:db8:1::/48/16; next-header [ tcp ]; traffic-class [ 10 ];
        flow-label [ 2013 ]; fragment [ !is-fragment ]; } then { redirect 65000:12; }`),
      `${HEAD} c01008 8008 fde8 0000000c 800e23 0002 85 00 00 1d 01 30 10 20010db80001 02 20 00 20010db8
       03 81 06 0b 81 0a 0c 82 02 0d 91 07dd`,
    ],
    [then('redirect 70000:12;'), `${HEAD} c01008 8208 00011170 000c ${noHop(SOURCE_NLRI)}`],
    // ExaBGP refuses it, RFC 8955 section 7.4 has it
    [then('redirect 1.2.3.4:12;'), `${HEAD} c01008 8108 01020304 000c ${noHop(SOURCE_NLRI)}`],
    [
      then('redirect 1.2.3.4;'),
      `${HEAD} c01008 0800 000000000000 800e10 0001 85 04 01020304 00 ${SOURCE_NLRI}`,
    ],
    ...['2001:db8::1', '"[2001:db8::1]"', '[ 2001:db8::1 ]'].map((hop): [string, string] => [
      then(`redirect ${hop};`),
      `${HEAD} c01008 0800 000000000000 800e1c 0001 85 10 ${NH6} 00 ${SOURCE_NLRI}`,
    ]),
    [
      flow(`next-hop 5.6.7.8; ${SOURCE} then { redirect-to-nexthop; }`),
      `${HEAD} c01008 0800 000000000000 800e10 0001 85 04 05060708 00 ${SOURCE_NLRI}`,
    ],
    [then('redirect-to-nexthop;'), `${HEAD} c01008 0800 000000000000 ${noHop(SOURCE_NLRI)}`],
    [then('redirect-to-nexthop-ietf 1.2.3.4;'), `${HEAD} c01008 010c 01020304 0000 ${noHop(SOURCE_NLRI)}`],
    [then('redirect-to-nexthop-ietf 2001:db8::1;'), `${HEAD} c01914 000c ${NH6} 0000 ${noHop(SOURCE_NLRI)}`],
    [then('copy 1.2.3.4;'), `${HEAD} c01008 0800 000000000001 800e10 0001 85 04 01020304 00 ${SOURCE_NLRI}`],
    [
      flow(`then { discard; } rd 65000:99; ${SOURCE}`),
      `${HEAD} c01008 8006 0000 00000000 800e14 0001 86 00 00 0e 0000fde800000063 02 20 0a000001`,
    ],
    [
      then('mark 46; action sample-terminal; community [ 65000:1 ]; extended-community [ target:1:2 ];'),
      `${HEAD} c00804 fde80001 c01018 0002000100000002 8007000000000003 800900000000002e ${noHop(SOURCE_NLRI)}`,
    ],
    [then('rate-limit 1000 packets;'), `${HEAD} c01008 800c0000 447a0000 ${noHop(SOURCE_NLRI)}`],
    [flow('match { protocol tcp; } then { }'), `${HEAD} ${noHop('03 03 81 06')}`],
    [flow('match { protocol tcp; } then { accept; }'), `${HEAD} ${noHop('03 03 81 06')}`],
    // A rule without a prefix is an IPv4 one, whatever it matches.
    [flow('match { flow-label 5; }'), `${HEAD} ${noHop('03 0d 81 05')}`],
    [
      flow(`${SOURCE} scope { interface-set [ transitive:input:65000:100 non-transitive:output:1:0 ]; }
        then { discard; }`),
      `${HEAD} c01018 0702 0000fde8 4064 4702 00000001 8000 8006 0000 00000000 ${noHop(SOURCE_NLRI)}`,
    ],
    ['flow { route { match { protocol tcp; } } }', `${HEAD} ${noHop('03 03 81 06')}`],
    [
      'flow { route source 10.0.0.1/32 destination 10.0.0.2/32 protocol tcp discard; }',
      `${HEAD} c01008 8006 0000 00000000 ${noHop('0f 01 20 0a000002 02 20 0a000001 03 81 06')}`,
    ],
    [
      'announce { ipv6 { flow next-header tcp discard; } }',
      `${HEAD} c01008 8006 0000 00000000 800e09 0002 85 00 00 03 03 81 06`,
    ],
    [
      'announce { ipv4 { flow-vpn source 10.0.0.1/32 rd 65000:99 discard; } }',
      `${HEAD} c01008 8006 0000 00000000 800e14 0001 86 00 00 0e 0000fde800000063 02 20 0a000001`,
    ],
  ])('%s', (text, expected) => {
    expect(updates(text)).toEqual([body(expected)]);
  });

  it.each([
    ['flow { route x { then { discard; } } }', '2:36', 'a match component'],
    ['flow { route x { match { sorce 10.0.0.0/8; } } }', '2:26', "did you mean 'source'"],
    ['flow { route x { match { source 10.0.0.0/8 } } }', '2:44', "';'"],
    ['flow { route x { match { protocol tcp; } then { disgard; } } }', '2:49', "did you mean 'discard'"],
    [
      'flow { route x { match { protocol tcp; } then { redirect 1.2.3.4:65536; } } }',
      '2:58',
      'an IP address',
    ],
    ['flow { route x { match { protocol tcp; } scope { discard; } } }', '2:50', 'interface-set'],
    ['flow { route x { match { protocol tcp; } scope { interface-set input:1:16384; } } }', '2:64', 'GROUP'],
    ['flow { route x { match { protocol tcp; } scope { interface-set both:1:1; } } }', '2:64', 'input'],
    ['flow { route x y { match { protocol tcp; } } }', '2:16', 'one name'],
    ['flow { route x { match { source 10.0.0.0/8; destination 2001:db8::/32; } } }', '2:26', 'IPv6 prefixes'],
    ['flow { route x { label 5; match { protocol tcp; } } }', '2:51', 'label'],
    ['flow { route x { then { match { protocol tcp; } } } }', '2:25', 'a keyword'],
    ['flow { rule x { } }', '2:8', 'a keyword of flow'],
    ['announce { ipv4 { flow-vpn protocol tcp discard; } }', '2:48', "'rd'"],
    ['announce { ipv4 { flow source 2001:db8::/32 discard; } }', '2:24', 'IPv4 prefixes'],
  ])('%s is refused at %s', (text, place, reason) => {
    expect(() => load(text)).toThrow(ConfigErrors);
    expect(() => load(text)).toThrow(`p.conf:${place}: `);
    expect(() => load(text)).toThrow(reason);
  });
});

const VPLS_BODY = `${HEAD} c01010 0002d53f00000006 800a130005dc006f
  800e1c 0019 41 04 c0a8c901 00 0011 0001ac1e0504000d 0005 0001 0008 029ce1`;
const MVPN =
  'rd 65000:99999 source-as 65000 next-hop 10.10.6.3 extended-community [ target:192.168.94.12:5 ]';
const MVPN_HEAD = `${HEAD_NH('0a0a0603')} c01008 0102c0a85e0c0005`;
const SHARED = '06 16 0000fde80001869f 0000fde8 20 0a63c701 20 effbffe4';
const SRV6 = 'bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: 0x48 [64,24,16,0,0,0] )';
const SRV6_BODY =
  'c02825 05 0022 00 01 001e 00 20010db8000100010000000000000000 00 0048 00 01 0006 401810000000';
const HOP7 = '20010000000000000000000000000001';

describe('families with words of their own', () => {
  it.each([
    ...[
      `l2vpn { vpls s { endpoint 5; offset 1; base 10702; size 8; rd 172.30.5.4:13; next-hop 192.168.201.1;
        extended-community [ target:54591:6 l2info:19:0:1500:111 ]; } }`,
      `l2vpn { vpls endpoint 5 next-hop 192.168.201.1 offset 1 extended-community [ target:54591:6
        l2info:19:0:1500:111 ] base 10702 size 8 route-distinguisher 172.30.5.4:13; }`,
      `announce { l2vpn { vpls extended-community [ target:54591:6 l2info:19:0:1500:111 ] endpoint 5 offset 1
        base 10702 size 8 rd 172.30.5.4:13 next-hop 192.168.201.1; } }`,
    ].map((text): [string, string] => [text, VPLS_BODY]),
    [
      `announce { ipv4 { mcast-vpn shared-join rp 10.99.199.1 group 239.251.255.228 ${MVPN}; } }`,
      `${MVPN_HEAD} 800e21 0001 05 04 0a0a0603 00 ${SHARED}`,
    ],
    [
      `announce { ipv4 { mcast-vpn shared-join rp 10.99.199.1 group 239.251.255.228 ${MVPN};
        mcast-vpn source-join source 10.99.12.2 group 239.251.255.228 ${MVPN}; } }`,
      `${MVPN_HEAD} 800e39 0001 05 04 0a0a0603 00 ${SHARED} 07 16 0000fde80001869f 0000fde8 20 0a630c02 20 effbffe4`,
    ],
    [
      `announce { ipv4 { mup mup-isd 10.0.1.0/24 rd 100:100 next-hop 2001::1 extended-community [ target:10:10 ]
        ${SRV6}; } }`,
      `${HEAD} c01008 0002000a0000000a ${SRV6_BODY} 800e25 0001 55 10 ${HOP7} 00 01 0001 0c 0000006400000064 18 0a0001`,
    ],
    [
      `announce { ipv4 { mup mup-t1st 192.168.0.2/32 rd 100:100 teid 12345 qfi 9 endpoint 10.0.0.1 source 10.0.0.9
        next-hop 10.0.0.2; } }`,
      `${HEAD_NH('0a000002')} 800e29 0001 55 04 0a000002 00 01 0003 1c 0000006400000064 20 c0a80002 00003039 09
       20 0a000001 20 0a000009`,
    ],
    [
      'announce { ipv4 { mup mup-t2st 10.0.0.1 rd 100:100 teid 12345/32 next-hop 10.0.0.2; } }',
      `${HEAD_NH('0a000002')} 800e1e 0001 55 04 0a000002 00 01 0004 11 0000006400000064 40 0a000001 00003039`,
    ],
    [
      'announce { ipv6 { mup mup-dsd 2001::1 rd 100:100 next-hop 10.0.0.2; } }',
      `${HEAD} 800e31 0002 55 10 00000000000000000000ffff0a000002 00 01 0002 18 0000006400000064 ${HOP7}`,
    ],
    [
      `static { route 10.0.0.0/24 next-hop 192.0.2.1 label 800001
        bgp-prefix-sid [ 300, [ ( 800000,4096 ), ( 1000000,5000 ) ] ]; }`,
      `${HEAD_NH('c0000201')} c0281b 01 0007 00 0000 0000012c 03 000e 0000 0c3500001000 0f4240001388
       800e10 0001 04 04 c0000201 00 30 c35011 0a0000`,
    ],
    [
      `static { route 10.0.0.0/24 next-hop 192.0.2.1 rd 65000:1 label 1048575
        bgp-prefix-sid-srv6 ( l3-service 2001:db8:1:1:: ); }`,
      `${HEAD_NH('c0000201')} c0281c 05 0019 00 01 0015 00 20010db8000100010000000000000000 00 ffff 00
       800e20 0001 80 0c 0000000000000000 c0000201 00 70 fffff1 0000fde800000001 0a0000`,
    ],
  ])('%s', (text, expected) => {
    expect(updates(text)).toEqual([body(expected)]);
  });

  it.each([
    ['l2vpn { vpls rd 1:1 endpoint 5 offset 1 size 8 next-hop 1.2.3.4; }', '2:64', "'base'"],
    ['l2vpn { vpls rd 1:1 endpoint 5 offset 1 size 8 base 1; }', '2:54', 'next-hop'],
    [
      'static { route 10.0.0.0/24 next-hop ::1 rd 1:1 label 3 bgp-prefix-sid-srv6 ( l4vpn ::1 ); }',
      '2:78',
      'an SRv6 service',
    ],
  ])('%s is refused at %s', (text, place, reason) => {
    expect(() => load(text)).toThrow(`p.conf:${place}: `);
    expect(() => load(text)).toThrow(reason);
  });
});

const POLICY = 'distinguisher 1 color 100 endpoint 10.0.0.9 next-hop 192.0.2.1';
const POLICY_REACH = '800e16 0001 49 04 c0000201 00 60 00000001 00000064 0a000009';

/** Attribute 23 with one SR Policy tunnel of these sub-TLVs. */
function tunnel(subTlvs: string): string {
  const octets = subTlvs.replace(/\s/g, '');
  const length = octets.length / 2;
  return `c017${(length + 4).toString(16).padStart(2, '0')} 000f ${length.toString(16).padStart(4, '0')} ${octets}`;
}

function segments(octets: string): string {
  const length = octets.replace(/\s/g, '').length / 2 + 1;
  return `80 ${length.toString(16).padStart(4, '0')} 00 ${octets}`;
}

const DB1 = '20010db8000000000000000000000001';
const DB2 = '20010db8000000000000000000000002';

describe('sr-policy', () => {
  it.each([
    [
      `preference 200 binding-sid mpls 24001 segment-list weight 10 segment type-a mpls 16001
        segment type-a mpls 16002 policy-name "P1" candidate-path-name "C1"`,
      `0c06 0000 000000c8 0d06 1000 05dc1100 80 0019 00 0906 0000 0000000a 0106 0000 03e81000 0106 0000 03e82100
       82 0003 00 5031 81 0003 00 4331`,
    ],
    ['priority 9 binding-sid mpls null', '0f02 09 00 0d02 0000'],
    ['srv6-binding-sid 2001:db8::1', `1412 0000 ${DB1}`],
    ['segment-list segment type-a mpls 3', segments('0106 0000 00003100')],
    [
      'segment-list segment type-b srv6 2001:db8::1 endpoint-behavior 65 32 0 16 0',
      segments(`0d1a 1000 ${DB1} 0041 0000 20001000`),
    ],
    [
      'segment-list segment type-c ipv4 10.0.0.1 algorithm 2 sid 3 segment type-d ipv6 2001:db8::1 algorithm 0',
      segments(`030a 6002 0a000001 00003000 0412 4000 ${DB1}`),
    ],
    [
      'segment-list segment type-e local-if-id 5 ipv4 10.0.0.1 segment type-f local 10.0.0.1 remote 10.0.0.2',
      segments('050a 0000 00000005 0a000001 060a 0000 0a000001 0a000002'),
    ],
    [
      'segment-list segment type-g local-if-id 5 local-ipv6 2001:db8::1 remote-if-id 6 remote-ipv6 2001:db8::2',
      segments(`072a 0000 00000005 ${DB1} 00000006 ${DB2}`),
    ],
    [
      'segment-list segment type-h local6 2001:db8::1 remote6 2001:db8::2 sid 3',
      segments(`0826 2000 ${DB1} ${DB2} 00003000`),
    ],
    [
      'segment-list segment type-i ipv6 2001:db8::1 algorithm 1 sid 2001:db8::2 endpoint-behavior 1 0 0 0 0',
      segments(`0e2a 7001 ${DB1} ${DB2} 0001 0000 00000000`),
    ],
    [
      'segment-list segment type-k local6 2001:db8::1 remote6 2001:db8::2 algorithm 1',
      segments(`1022 4001 ${DB1} ${DB2}`),
    ],
  ])('%s', (text, expected) => {
    const bodyText = body(`${HEAD} ${tunnel(expected)} ${POLICY_REACH}`);
    expect(updates(`announce { ipv4 { sr-policy ${POLICY} ${text}; } }`)).toEqual([bodyText]);
    expect(updates(`static { sr-policy ${POLICY} ${text}; }`)).toEqual([bodyText]);
    expect(updates('', `announce ipv4 sr-policy ${POLICY} ${text}`)).toEqual([bodyText]);
    expect(updates('', `announce sr-policy ${POLICY} ${text}`)).toEqual([bodyText]);
  });

  it('takes the family from the endpoint', () => {
    const text = 'static { sr-policy distinguisher 0 color 1 endpoint 2001:db8::1 next-hop 2001:db8::2; }';
    const reach = `800e2e 0002 49 10 ${DB2} 00 c0 00000000 00000001 ${DB1}`;
    expect(updates(text)).toEqual([body(`${HEAD} ${reach}`)]);
  });

  it.each([
    ['segment-list weight 1', '2:113', "'segment'"],
    ['segment-list segment type-l x', '2:113', 'a segment type'],
    ['preferance 5', '2:92', "did you mean 'preference'"],
  ])('%s is refused at %s', (text, place, reason) => {
    const config = `announce { ipv4 { sr-policy ${POLICY} ${text}; } }`;
    expect(() => load(config)).toThrow(reason);
    expect(() => load(config)).toThrow(`p.conf:${place}: `);
  });
});

describe('commands', () => {
  const DISCARD = 'c01008 8006 0000 00000000';
  const announced = body(`${HEAD} ${DISCARD} ${noHop(SOURCE_NLRI)}`);

  it.each([
    'announce flow route { match { source 10.0.0.1/32; } then { discard; } }',
    'announce flow route {\\n match {\\n source 10.0.0.1/32;\\n }\\n then {\\n discard;\\n }\\n}\\n',
    'announce flow route x { then { discard; } match { source 10.0.0.1/32; } }',
    'announce flow route source 10.0.0.1/32 discard',
    'announce ipv4 flow source 10.0.0.1/32 discard',
  ])('%s', (line) => {
    expect(updates('', line)).toEqual([announced]);
  });

  it('withdraws with the attributes of the command, MP_UNREACH_NLRI first', () => {
    const withdrawn = `800f0a 0001 85 ${SOURCE_NLRI} ${HEAD}`;
    const config = then('discard;');
    expect(updates(config, `withdraw flow route { ${SOURCE} }`)).toEqual([announced, body(withdrawn)]);
    expect(updates(config, 'withdraw flow route source 10.0.0.1/32 discard')).toEqual([
      announced,
      body(`${withdrawn} ${DISCARD}`),
    ]);
  });

  it('answers the withdrawal of what was never announced with attributes alone, if it is the first', () => {
    const withdrawal = 'withdraw flow route source 10.0.0.1/32 discard';
    const withdrawn = body(`800f0a 0001 85 ${SOURCE_NLRI} ${HEAD} ${DISCARD}`);
    const alone = body(`${HEAD} ${DISCARD}`);
    expect(updates('', withdrawal, withdrawal)).toEqual([alone, withdrawn]);
    expect(updates('', 'withdraw route 192.0.2.0/24', withdrawal)).toEqual([withdrawn]);
    expect(updates(then('discard;'), withdrawal, withdrawal)).toEqual([announced, withdrawn, withdrawn]);
  });

  it('withdraws what adj-rib-out false makes it forget', () => {
    const route = 'route 10.0.0.0/24 label 100 next-hop 192.0.2.1';
    expect(updates('adj-rib-out false;', `announce ${route}`, `withdraw ${route}`)[1]).toBe(
      body(`800f0a 0001 04 30 000641 0a0000 ${HEAD_NH('c0000201')}`),
    );
  });

  it('sends both of two configured routes to the same', () => {
    const twice = flow(`${SOURCE} then { mark 1; }`) + then('discard;');
    const marked = body(`${HEAD} c01008 8009 000000000001 ${noHop(SOURCE_NLRI)}`);
    expect(updates(twice)).toEqual([marked, announced]);
    expect(updates(then('discard;').repeat(2))).toEqual([announced]);
  });

  it('withdraws with NEXT_HOP and the label of the announcement', () => {
    const reach = '800e10 0001 04 04 c0000201 00 30 000641 0a0000';
    const unreach = '800f0a 0001 04 30 000641 0a0000';
    const route = '10.0.0.0/24 label 100 next-hop 192.0.2.1';
    expect(updates('', `announce route ${route}`, `withdraw route ${route}`)).toEqual([
      body(`${HEAD_NH('c0000201')} ${reach}`),
      body(`${unreach} ${HEAD_NH('c0000201')}`),
    ]);
  });

  it('announces and withdraws VPLS', () => {
    const route = 'vpls rd 172.30.5.4:13 endpoint 5 base 10702 offset 1 size 8';
    const nlri = '0011 0001ac1e0504000d 0005 0001 0008 029ce1';
    expect(updates('', `announce ${route} next-hop 192.168.201.1`, `withdraw ${route}`)).toEqual([
      body(`${HEAD} 800e1c 0019 41 04 c0a8c901 00 ${nlri}`),
      body(`800f16 0019 41 ${nlri} ${HEAD}`),
    ]);
  });
});
