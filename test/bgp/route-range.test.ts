import { describe, expect, it } from 'vitest';
import { encodeAttributes } from '../../src/bgp/attributes/index.ts';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { AFI, familyId, SAFI } from '../../src/bgp/family.ts';
import { encodeNlri } from '../../src/bgp/nlri/index.ts';
import { parseFamilyRoute, parseRoute, type Route, routeToText } from '../../src/bgp/route.ts';
import { WordError } from '../../src/syntax/words.ts';
import { dottedQuad } from '../../src/wire/address.ts';
import { written } from '../../src/wire/writer.ts';
import { wordsOf } from './words.ts';

const NH = 'next-hop 192.0.2.1';

type Parse = (text: string) => Route[];
const plain: Parse = (text) => parseRoute(wordsOf(text));
const of =
  (afi: keyof typeof AFI, safi: keyof typeof SAFI): Parse =>
  (text) =>
    parseFamilyRoute(wordsOf(text), familyId(AFI[afi], SAFI[safi]));

/** One statement for each word that takes a number. */
const ROUTES: readonly (readonly [Parse, string])[] = [
  [plain, `10.0.0.0/24 ${NH} path-information 5 med 5 local-preference 5 aigp 5 otc 5`],
  [
    plain,
    `10.0.0.0/24 ${NH} as-path [ 5 6 ] aggregator ( 7:10.0.0.1 ) originator-id 10.0.0.2 cluster-list 10.0.0.3`,
  ],
  [plain, `10.0.0.0/24 ${NH} community [ 5:6 ] large-community [ 7:8:9 ]`],
  [
    plain,
    `10.0.0.0/24 ${NH} extended-community [ target:5:6 origin:10.0.0.1:7 l2info:1:2:3:4 bandwidth:5:6 mup:5:6 ]`,
  ],
  [
    plain,
    `10.0.0.0/24 ${NH} extended-community [ color:5:6 esi-label:1:2:3 mac-mobility:5 e-tree:1:2:3 cost:1:2:3 ]`,
  ],
  [plain, `10.0.0.0/24 ${NH} extended-community [ rate-limit:5 mark:6 interface-set:transitive:input:7:8 ]`],
  [plain, `10.0.0.0/24 ${NH} label 5 bgp-prefix-sid [ 300, [ ( 800000,4096 ) ] ]`],
  [plain, `10.0.0.0/24 ${NH} rd 5:6 label [ 7 8 ]`],
  [plain, `10.0.0.0/24 ${NH} rd 10.0.0.1:6 label 7`],
  [plain, `2001:db8::/48 ${NH} bgp-prefix-sid-srv6 ( l3-service 2001:db8:: 72 [64,24,16,0,0,0] )`],
  [plain, `10.0.0.0/24 ${NH} pmsi ingressreplication:1:2:192.0.2.1`],
  [
    plain,
    `10.0.0.0/24 ${NH} tunnel-encap ( vxlan vni 5 color 6 udp-port 7 dscp 8 protocol 9 embedded-label 1 label [ 3 ] )`,
  ],
  [
    plain,
    `10.0.0.0/24 ${NH} bgp-ls [ igp-metric 5 te-metric 6 sr-algorithms [ 7 ] link-local-remote-identifiers 8/9 ]`,
  ],
  [plain, `10.0.0.0/24 ${NH} d-path [ 5:6:7 ] bfd-discriminator mode 1 discriminator 2`],
  [plain, `10.0.0.0/24 ${NH} extended-community-ipv6 target:2001:db8::1:5`],
  [plain, `10.0.0.0/24 ${NH} attr-set 5 ( med 6 as-path [ 7 ] )`],
  [of('l2vpn', 'vpls'), `rd 5:6 endpoint 5 base 6 offset 7 size 8 ${NH}`],
  [of('l2vpn', 'evpn'), `mac-ip rd 5:6 ethernet-tag 7 mac 00:11:22:33:44:55 ip 10.0.0.1 label [ 8 9 ] ${NH}`],
  [of('l2vpn', 'evpn'), `ip-prefix rd 5:6 prefix 10.0.0.0/24 vni 9 ${NH}`],
  [of('l2vpn', 'evpn'), `leave-synch rd 5:6 originator 10.0.0.1 maximum-response-time 5 flags 6 ${NH}`],
  [of('ipv4', 'mcast-vpn'), `shared-join rp 10.0.0.1 group 239.0.0.1 rd 5:6 source-as 7 ${NH}`],
  [of('ipv4', 'mup'), `mup-t1st 192.168.0.2/32 rd 5:6 teid 7 qfi 9 endpoint 10.0.0.1 ${NH}`],
  [of('ipv4', 'mup'), `mup-t2st 10.0.0.1 rd 5:6 teid 7/32 ${NH}`],
  [of('ipv4', 'rtc'), `origin 5 route-target target:6:7 ${NH}`],
  [
    of('ipv4', 'sr-policy'),
    `distinguisher 5 color 6 endpoint 10.0.0.9 ${NH} preference 7 priority 8 binding-sid mpls 9 segment-list weight 5 segment type-a mpls 6`,
  ],
  [
    of('ipv4', 'flow'),
    'destination 10.0.0.0/24 protocol 6 port 7 icmp-type 8 icmp-code 9 packet-length 5 dscp 6 rate-limit 7',
  ],
  [of('ipv4', 'flow'), 'destination-port [ >8&<9 ] redirect 5:6 mark 7'],
  [of('ipv6', 'flow'), 'destination 2001:db8::/48/0 flow-label 7 traffic-class 8'],
  [
    of('bgp-ls', 'bgp-ls'),
    `bgpls-link protocol 5 identifier 6 local-node [ as 7 bgp-ls-id 8 ] remote-node [ member-as 9 ] link-id 5/6 topology [ 7 ] ${NH}`,
  ],
];

const NUMBERS = [2 ** 6, 2 ** 8, 2 ** 12, 2 ** 14, 2 ** 16, 2 ** 20, 2 ** 24, 2 ** 32, 10 ** 10].map(BigInt);
const MORE = [2n ** 64n, 10n ** 20n, 10n ** 40n];

/** The statement with each of its numbers in turn made larger; not those of words as `0x…` and of addresses' colons. */
function* larger(text: string): Generator<{ changed: string; number: bigint; word: number }> {
  for (const match of text.matchAll(/(?<![\w.-])\d+(?![\w-])|(?<=[:&<>/.])\d+(?![\w-])/g)) {
    for (const number of [...NUMBERS, ...MORE]) {
      const changed = text.slice(0, match.index) + number + text.slice(match.index + match[0].length);
      const word = text.slice(0, match.index).search(/[^\s[\](){},]*$/);
      yield { changed, number, word };
    }
  }
}

function shows(text: string, number: bigint): boolean {
  const forms = [String(number), number.toString(16)];
  if (number < 2n ** 32n) forms.push(dottedQuad(Number(number)));
  return forms.some((form) => text.includes(form));
}

/** Undefined: it was taken as it is. */
function refusal(parse: Parse, text: string, number: bigint): WordError | undefined {
  try {
    const [route] = parse(text);
    if (route === undefined) throw new Error('no route');
    written((w) => encodeNlri(w, route.nlri, DEFAULT_CONTEXT, false));
    const attributes = Buffer.from(written((w) => encodeAttributes(w, route.attributes, DEFAULT_CONTEXT)));
    // FlowSpec takes part of its octets' meaning from communities, ATTR_SET from words that it does not keep
    const all = `${routeToText(route)} ${attributes.toString('hex')}`;
    expect(shows(all, number), `${text} became ${all}`).toBe(true);
    return undefined;
  } catch (err) {
    if (err instanceof WordError) return err;
    throw err;
  }
}

describe('a number that does not fit is refused at its word, and never cut', () => {
  it.each(ROUTES)('%#: %s', (parse, text) => {
    expect(parse(text)).toHaveLength(1);
    let refused = 0;
    for (const { changed, number, word } of larger(text)) {
      const error = refusal(parse, changed, number);
      if (error === undefined) continue;
      refused++;
      expect(error.at, `${changed}: ${error.message}`).toBe(word);
    }
    expect(refused).toBeGreaterThan(3);
  });

  it.each([
    [
      plain,
      `2001:db8::1/128 ${NH} rd 1:1 label [ 1 2 3 ]`,
      'VPN prefix length: 264 is more than the maximum of 255',
      0,
    ],
    [plain, `10.0.0.0/24 ${NH} label [ ${'1 '.repeat(10)}]`, 'labelled prefix length: 264', 0],
    [plain, `10.0.0.0/24 ${NH} attribute [ 0x63 0xc0 0x${'00'.repeat(65535)} ]`, 'path attributes: 65539', 0],
    [
      of('l2vpn', 'evpn'),
      `type 99 0x${'00'.repeat(256)} ${NH}`,
      'EVPN route: 256 is more than the maximum of 255',
      0,
    ],
    [of('ipv4', 'mup'), `type 99 0x${'00'.repeat(256)} ${NH}`, 'MUP route: 256', 0],
    [of('l2vpn', 'vpls'), `raw 0x${'00'.repeat(65536)} ${NH}`, 'VPLS NLRI: 65536', 0],
    [
      of('ipv4', 'flow'),
      `raw 0x${'00'.repeat(4096)}`,
      'flow specification: 4096 is more than the maximum of 4095',
      0,
    ],
    [of('ipv4', 'flow'), `port [ ${'1 '.repeat(2100)}] discard`, 'flow specification: 4201', 0],
    [
      of('ipv4', 'sr-policy'),
      `distinguisher 5 color 6 endpoint 10.0.0.9 ${NH} segment-list${' segment type-a mpls 6'.repeat(8192)}`,
      'is more than the maximum of 65535',
      0,
    ],
  ] as const)('%#: a route that is too long is refused', (parse, text, reason, at) => {
    try {
      parse(text);
    } catch (err) {
      expect(err).toBeInstanceOf(WordError);
      expect((err as WordError).expected).toContain(reason);
      expect((err as WordError).at).toBe(at);
      return;
    }
    throw new Error('it was taken');
  });
});
