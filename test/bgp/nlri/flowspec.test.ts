import { describe, expect, it } from 'vitest';
import { familyText } from '../../../src/bgp/family.ts';
import {
  ipv4Flow,
  ipv4FlowVpn,
  ipv6Flow,
  l2vpnFlow,
  l2vpnFlowVpn,
  makeFlow,
} from '../../../src/bgp/nlri/flowspec.ts';
import { parseFlowComponent } from '../../../src/bgp/nlri/flowspec-parse.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { FieldOverflowError } from '../../../src/wire/errors.ts';
import { check, encode, octets, parse, wordsOf } from './check.ts';

describe('flow specifications', () => {
  it.each([
    {
      octets: '19 01 10 c0a8 02 20 0a000001 03 01 06 81 11 05 12 1f90 54 1f98 91 0c38',
      json: {
        'destination-ipv4': ['192.168.0.0/16'],
        'source-ipv4': ['10.0.0.1/32'],
        protocol: ['=tcp', '=udp'],
        'destination-port': ['>8080&<8088', '=3128'],
        string:
          'flow destination-ipv4 192.168.0.0/16 source-ipv4 10.0.0.1/32 protocol [ =tcp =udp ] destination-port [ >8080&<8088 =3128 ]',
      },
      parses: [
        'source 10.0.0.1/32 destination 192.168.0.0/16 protocol [ tcp udp ] destination-port [ >8080&<8088 =3128 ]',
        'match { source 10.0.0.1/32; destination 192.168.0.0/16; protocol [ TCP UDP ]; destination-port [ >8080&<8088 =3128 ]; }',
      ],
    },
    {
      octets:
        '2b 01 08 0a 04 81 50 06 92 0400 07 01 03 81 08 08 81 00 09 00 02 82 10 0a 02 c8 54 012c 12 0190 d4 01f4 0b 81 2e 0c 00 04 80 08',
      text: 'flow destination-ipv4 10.0.0.0/8 port =80 source-port >1024 icmp-type [ =unreachable =echo-request ] icmp-code =0 tcp-flags [ syn !ack ] packet-length [ >200&<300 >400&<500 ] dscp =46 fragment [ first-fragment last-fragment ]',
      parses: [
        'destination 10.0.0.0/8 port http source-port >1024 icmp-type [ unreachable echo_request ] icmp-code network-unreachable tcp-flags [ syn !ack ] packet-length [ >200&<300 >400&<500 ] dscp 46 fragment [ first-fragment last-fragment ]',
      ],
    },
    {
      octets: '0e 03 86 06 09 01 12 03 04 00 01 42 10 80 42',
      text: 'flow protocol !=tcp tcp-flags [ =syn+ack !=rst fin&!ack syn+ece ]',
      parses: ['tcp-flags [ =SYN+ACK !=rst fin&!ack 0x42 ] protocol !=6'],
    },
    {
      octets: '05 09 00 90 c2 41',
      json: { 'tcp-flags': ['ack+cwr&!fin+ece'], string: 'flow tcp-flags [ ack+cwr&!fin+ece ]' },
    },
    {
      octets: '03 03 81 3a',
      json4: { protocol: ['=unknown protocol type 58'], string: 'flow protocol =unknown protocol type 58' },
      json: { protocol: ['=58'], string: 'flow protocol =58' },
      text: 'flow protocol =58',
    },
    {
      octets: '03 07 81 1e',
      json4: { 'icmp-type': ['=traceroute'], string: 'flow icmp-type =traceroute' },
      json5: { 'icmp-type': ['=30'], string: 'flow icmp-type =30' },
      parses: ['icmp-type traceroute'],
    },
    {
      octets: '04 01 10 0a01',
      nextHop: '10.0.0.2',
      json5: {
        'destination-ipv4': ['10.1.0.0/16'],
        'next-hop': '10.0.0.2',
        string: 'flow destination-ipv4 10.1.0.0/16 next-hop 10.0.0.2',
      },
      json6: { 'destination-ipv4': ['10.1.0.0/16'], string: 'flow destination-ipv4 10.1.0.0/16' },
    },
    // RFC 8955 section 4.2.1.1: AND on a first test and bits that are reserved mean nothing; they are a route's all the same
    { octets: '03 04 c1 50', json: { port: ['=80'], string: 'flow port =80' }, text: 'flow raw 0x04c150' },
    {
      octets: '03 09 8d 02',
      json: { 'tcp-flags': ['=syn'], string: 'flow tcp-flags =syn' },
      text: 'flow raw 0x098d02',
    },
    { octets: '05 04 07 00 80 05', text: 'flow port [ true false5 ]' },
    { octets: '03 0c 80 10', text: 'flow fragment 0x10' },
    { octets: '02 0e 00', json: { parsed: false, raw: '0E00' }, text: 'flow raw 0x0e00' },
  ])('ipv4 $octets', (row) => check(ipv4Flow, row));

  it.each([
    {
      octets: '1d 01 30 10 20010db80001 02 20 00 20010db8 03 81 06 0b 81 0a 0c 82 02 0d 91 07dd',
      text: 'flow destination-ipv6 2001:db8:1::/48/16 source-ipv6 2001:db8::/32/0 next-header =tcp traffic-class =10 fragment !is-fragment flow-label =2013',
      parses: [
        'source 2001:db8::/32 destination 2001:db8:1::/48/16 next-header [ tcp ] traffic-class [ 10 ] flow-label [ 2013 ] fragment [ !is-fragment ]',
      ],
    },
    {
      octets:
        '28 01 80 00 2a0229b8192500000000000000002e69 02 40 00 beeff00e00000000 03 81 06 0c 00 04 00 02 80 08',
      json: {
        'destination-ipv6': ['2a02:29b8:1925::2e69/128/0'],
        'source-ipv6': ['beef:f00e::/64/0'],
        'next-header': ['=tcp'],
        fragment: ['first-fragment', 'is-fragment', 'last-fragment'],
        string:
          'flow destination-ipv6 2a02:29b8:1925::2e69/128/0 source-ipv6 beef:f00e::/64/0 next-header =tcp fragment [ first-fragment is-fragment last-fragment ]',
      },
    },
    {
      // RFC 8956 section 3.8.1: only the 39 bits from the offset on.
      octets: '08 01 68 41 123456789a',
      json: {
        'destination-ipv6': ['::91a:2b3c:4d00:0/104/65'],
        string: 'flow destination-ipv6 ::91a:2b3c:4d00:0/104/65',
      },
    },
  ])('ipv6 $octets', (row) => check(ipv6Flow, row));

  it.each([
    {
      octets: '0e 0000fde800000063 02 20 0a000001',
      json: {
        'source-ipv4': ['10.0.0.1/32'],
        rd: '65000:99',
        string: 'flow source-ipv4 10.0.0.1/32 rd 65000:99',
      },
      text: 'flow source-ipv4 10.0.0.1/32 rd 65000:99',
      parses: ['rd 65000:99 match { source 10.0.0.1/32; }'],
    },
  ])('flow-vpn $octets', (row) => check(ipv4FlowVpn, row));

  it('has a length of two octets from 240 on', () => {
    const many = Array.from({ length: 120 }, (_, i) => `=${i}`).join(' ');
    const hex = encode(ipv4Flow, parse(ipv4Flow, `port [ ${many} ]`));
    expect(hex.slice(0, 6)).toBe('f0f104');
    check(ipv4Flow, { octets: hex });
    const tooMany = Array.from({ length: 2100 }, () => '=1').join(' ');
    expect(() => encode(ipv4Flow, parse(ipv4Flow, `port [ ${tooMany} ]`))).toThrow(FieldOverflowError);
  });

  it('sorts components and finds the family', () => {
    const components = ['protocol tcp', 'source 2001:db8::/32'].flatMap((text) =>
      parseFlowComponent(wordsOf(text)),
    );
    const rule = makeFlow(components);
    expect(familyText(rule.family)).toBe('ipv6 flow');
    expect(ipv6Flow.toText(rule.value, 5)).toBe('flow source-ipv6 2001:db8::/32/0 next-header =tcp');
    expect(familyText(makeFlow(parseFlowComponent(wordsOf('protocol tcp'))).family)).toBe('ipv4 flow');
    const vpn = makeFlow([], { rd: octets('0000fde800000063'), afi: 2 });
    expect(familyText(vpn.family)).toBe('ipv6 flow-vpn');
  });

  it.each([
    {
      octets:
        '2b 0000fde800000063 01 18 0a0000 0e 91 0800 0f 06 001122334455 10 06 66778899aabb 15 81 05 16 82 01 17 96 0fff',
      json: {
        'destination-ipv4': ['10.0.0.0/24'],
        'ether-type': ['=ipv4'],
        'source-mac': ['00:11:22:33:44:55'],
        'destination-mac': ['66:77:88:99:aa:bb'],
        vid: ['=5'],
        cos: ['>1'],
        'inner-vid': ['!=4095'],
        rd: '65000:99',
        string:
          'flow destination-ipv4 10.0.0.0/24 ether-type =ipv4 source-mac 00:11:22:33:44:55 ' +
          'destination-mac 66:77:88:99:aa:bb vid =5 cos >1 inner-vid !=4095 rd 65000:99',
      },
      text:
        'flow destination-ipv4 10.0.0.0/24 ether-type =ipv4 source-mac 00:11:22:33:44:55 ' +
        'destination-mac 66:77:88:99:aa:bb vid =5 cos >1 inner-vid !=4095 rd 65000:99',
    },
    { octets: '0a 0000fde800000063 63 01', text: 'flow raw 0x6301 rd 65000:99' },
  ])('of layer 2: $octets', (row) => check(l2vpnFlowVpn, row));

  it('of IPv4 has no component of frames', () => {
    expect(() => parse(ipv4Flow, 'vid 5')).toThrow(WordError);
    check(ipv4Flow, { octets: '03 15 81 05', text: 'flow raw 0x158105' });
    expect(familyText(makeFlow(parseFlowComponent(wordsOf('vid 5'))).family)).toBe('l2vpn flow');
    for (const text of [
      'vid 4096',
      'cos 8',
      'source-mac 00:11:22:33:44',
      'ether-type 65536',
      'snap 16777216',
    ]) {
      expect(() => parse(l2vpnFlow, text), text).toThrow(WordError);
    }
  });

  it('shows a DSCP that no word takes by its octet, and reads it back', () => {
    check(ipv4Flow, { octets: '05 0b 01 2e 81 c8', text: 'flow dscp [ =46 =0xc8 ]' });
    check(ipv4Flow, { octets: '04 0b 91 ffff', parses: ['traffic-class 65535'] });
  });

  it('takes an address with host bits for its network, as ExaBGP does', () => {
    const of = (text: string) => encode(ipv4Flow, parse(ipv4Flow, text));
    expect(of('destination 10.0.0.1/24')).toBe(of('destination 10.0.0.0/24'));
    expect(of('source 10.255.255.255/0')).toBe(of('source 0.0.0.0/0'));
  });

  it.each([
    'destination 10.0.0.0/33',
    'destination 10.0.0.0/24/0',
    'destination 10.0.0.0',
    'destination-ipv4 2001:db8::/32',
    'destination 2001:db8::/32',
    'port 65536',
    'protocol nonsense',
    'dscp =',
    'dscp 64',
    'dscp 0x100',
    'traffic-class 65536',
    'tcp-flags syn+',
    'fragment 256',
    'flow-label 1048576',
    'port [ 1 2',
    '',
  ])('refuses %j', (text) => expect(() => parse(ipv4Flow, text)).toThrow(WordError));
});
