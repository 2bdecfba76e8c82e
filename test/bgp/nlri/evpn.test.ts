import { describe, expect, it } from 'vitest';
import { evpn } from '../../../src/bgp/nlri/evpn.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { check, decode, encode, parse } from './check.ts';

const RD = '0000fdea00000064';
const ZERO_ESI = '00000000000000000000';

function raw(octets: string): string {
  return octets.replaceAll(' ', '').toUpperCase();
}

describe('EVPN', () => {
  const rows = [
    {
      octets: `01 19 ${RD} 00112233445566778899 00000064 000c81`,
      name: 'Ethernet Auto-Discovery',
      json: {
        rd: '65002:100',
        esi: '00:11:22:33:44:55:66:77:88:99',
        'ethernet-tag': 100,
        label: [[200, 3201]],
      },
      text: 'evpn ethernet-ad rd 65002:100 esi 00:11:22:33:44:55:66:77:88:99 ethernet-tag 100 label 200',
    },
    {
      octets: `02 21 ${RD} ${ZERO_ESI} 0000076d 30 fc15b4787b8f 00 000000`,
      name: 'MAC/IP advertisement',
      json: { rd: '65002:100', esi: '-', 'ethernet-tag': 1901, mac: 'FC:15:B4:78:7B:8F', label: [[0]] },
      text: 'evpn mac-ip rd 65002:100 esi - ethernet-tag 1901 mac fc:15:b4:78:7b:8f label 0x000000',
      parses: ['mac-ip label 0x0 mac fc:15:b4:78:7b:8f ethernet-tag 1901 rd 65002:100'],
    },
    {
      octets: `02 34 ${RD} ${ZERO_ESI} 00000000 30 001122334455 80 20010db8000000000000000000000001 000c81 000011`,
      name: 'MAC/IP advertisement',
      json: {
        rd: '65002:100',
        esi: '-',
        'ethernet-tag': 0,
        mac: '00:11:22:33:44:55',
        label: [[200, 3201]],
        ip: '2001:db8::1',
      },
      text: 'evpn mac-ip rd 65002:100 esi - mac 00:11:22:33:44:55 ip 2001:db8::1 label [ 200 1 ]',
    },
    {
      octets: `03 11 ${RD} 00000064 20 0a000002`,
      name: 'Inclusive Multicast Ethernet Tag',
      json: { rd: '65002:100', 'ethernet-tag': 100, ip: '10.0.0.2' },
      text: 'evpn multicast rd 65002:100 ethernet-tag 100 ip 10.0.0.2',
    },
    {
      octets: `04 17 ${RD} 00112233445566778899 20 0a000002`,
      name: 'Ethernet Segment',
      json: { rd: '65002:100', esi: '00:11:22:33:44:55:66:77:88:99', ip: '10.0.0.2' },
      text: 'evpn ethernet-segment rd 65002:100 esi 00:11:22:33:44:55:66:77:88:99 ip 10.0.0.2',
    },
    {
      octets: `05 22 ${RD} ${ZERO_ESI} 00000000 18 0a050500 00000000 001f41`,
      name: 'IP Prefix Advertisement',
      json: {
        rd: '65002:100',
        esi: '-',
        'ethernet-tag': 0,
        label: [[500, 8001]],
        ip: '10.5.5.0',
        iplen: 24,
        gateway: '0.0.0.0',
      },
      text: 'evpn ip-prefix rd 65002:100 esi - prefix 10.5.5.0/24 label 500',
    },
    {
      octets: `06 18 ${RD} 00000064 00 20 efffffff 20 0a000002 02`,
      name: 'Selective Multicast Ethernet Tag',
      json: {
        rd: '65002:100',
        'ethernet-tag': 100,
        group: '239.255.255.255',
        originator: '10.0.0.2',
        flags: 2,
      },
      text: 'evpn selective-multicast rd 65002:100 ethernet-tag 100 group 239.255.255.255 originator 10.0.0.2 flags 2',
    },
    {
      octets: `08 2b ${RD} 00112233445566778899 00000000 20 0a010101 20 efffffff 20 0a000002 00000000 0a 02`,
      name: 'Multicast Leave Synch',
      text: 'evpn leave-synch rd 65002:100 esi 00:11:22:33:44:55:66:77:88:99 source 10.1.1.1 group 239.255.255.255 originator 10.0.0.2 maximum-response-time 10 flags 2',
    },
    {
      octets: `0a 1b ${RD} 00000000 20 0a010101 20 efffffff 20 0a000002`,
      name: 'S-PMSI A-D',
      text: 'evpn s-pmsi rd 65002:100 source 10.1.1.1 group 239.255.255.255 originator 10.0.0.2',
    },
    {
      octets: `0b 18 03 11 ${RD} 00000064 20 0a000002 20 0a000003`,
      name: 'Leaf A-D',
      text: `evpn leaf route-key 0x0311${RD}00000064200a000002 originator 10.0.0.3`,
    },
  ];

  it.each(rows)('$octets', ({ name, json, ...row }) => {
    const code = Number.parseInt(row.octets.slice(0, 2), 16);
    const head = { code, parsed: true, raw: raw(row.octets), name };
    check(evpn, json === undefined ? row : { ...row, json: { ...head, ...json } });
    expect(evpn.toJson(decode(evpn, row.octets), 5)).toMatchObject(head);
  });

  it.each([
    { why: 'an unknown type', octets: '0c 02 0102', text: 'evpn type 12 0x0102' },
    { why: 'a route that is short', octets: `03 0c ${RD} 00000064`, text: `evpn type 3 0x${RD}00000064` },
    {
      why: 'a MAC address of 40 bits',
      octets: `02 21 ${RD} ${ZERO_ESI} 0000076d 28 fc15b4787b8f 00 000000`,
    },
  ])('keeps $why', ({ octets, ...row }) => {
    const code = Number.parseInt(octets.slice(0, 2), 16);
    check(evpn, { octets, json: { code, parsed: false, raw: raw(octets) }, ...row });
  });

  it('identifies a MAC/IP route without ESI and labels, RFC 7432 section 7.2', () => {
    const [one, other, elsewhere] = [
      'mac-ip rd 1:1 esi - mac 00:11:22:33:44:55 label 1',
      'mac-ip rd 1:1 esi 00:11:22:33:44:55:66:77:88:99 mac 00:11:22:33:44:55 label [ 2 3 ]',
      'mac-ip rd 1:1 mac 00:11:22:33:44:55 ip 10.0.0.1 label 1',
    ].map((text) => evpn.key(parse(evpn, text)));
    expect(one).toBe(other);
    expect(one).not.toBe(elsewhere);
  });

  it.each([
    [
      'macadv 00:11:22:33:44:55 192.0.2.1 etag 5 label 100 rd 1:1',
      'mac-ip rd 1:1 ethernet-tag 5 mac 00:11:22:33:44:55 ip 192.0.2.1 label 100',
    ],
    ['mac-ip 00:11:22:33:44:55 rd 1:1 vni 5000', 'mac-ip rd 1:1 mac 00:11:22:33:44:55 label 0x001388'],
    ['multicast 192.0.2.1 etag 5 rd 1:1', 'multicast rd 1:1 ethernet-tag 5 ip 192.0.2.1'],
    ['esi 192.0.2.1 esi - rd 1:1', 'ethernet-segment rd 1:1 ip 192.0.2.1'],
    [
      'prefix 192.0.2.0/24 gw 192.0.2.254 etag 5 label 100 rd 1:1',
      'ip-prefix rd 1:1 ethernet-tag 5 prefix 192.0.2.0/24 gateway 192.0.2.254 label 100',
    ],
    [
      'a-d esi ARBITRARY 01:02:03:04:05:06:07:08:09 rd 1:1',
      'ethernet-ad rd 1:1 esi 00:01:02:03:04:05:06:07:08:09 label 0x000000',
    ],
    [
      'a-d esi LACP aa:bb:cc:dd:ee:ff 100 rd 1:1',
      'ethernet-ad rd 1:1 esi 01:aa:bb:cc:dd:ee:ff:00:64:00 label 0x0',
    ],
    ['a-d esi mstp aa:bb:cc:dd:ee:ff 32768 rd 1:1', 'a-d rd 1:1 esi 02:aa:bb:cc:dd:ee:ff:80:00:00'],
    ['a-d esi mac aa:bb:cc:dd:ee:ff 7 rd 1:1', 'a-d rd 1:1 esi 03:aa:bb:cc:dd:ee:ff:00:00:07'],
    ['a-d esi routerid 10.0.0.1 7 rd 1:1', 'a-d rd 1:1 esi 04:0a:00:00:01:00:00:00:07:00'],
    ['a-d esi as 65001 7 rd 1:1', 'a-d rd 1:1 esi 05:00:00:fd:e9:00:00:00:07:00'],
  ])('reads %j', (text, same) => {
    expect(encode(evpn, parse(evpn, `evpn ${text}`))).toBe(encode(evpn, parse(evpn, `evpn ${same}`)));
  });

  it.each([
    'evpn a-d rd 1:1 esi lacp aa:bb:cc:dd:ee:ff 65536',
    'evpn a-d rd 1:1 esi mac aa:bb:cc:dd:ee 7',
    'evpn a-d rd 1:1 esi mac aa:bb:cc:dd:ee:ff 16777216',
    'evpn a-d rd 1:1 esi routerid 2001:db8::1 7',
    'evpn a-d rd 1:1 esi as 4294967296 7',
    'evpn a-d rd 1:1 label [ 1 2 ]',
    'evpn mac-ip rd 1:1 mac 00:11:22:33:44:55 label [ 1 2 3 ]',
    'evpn mac-ip rd 1:1 mac 00:11:22:33:44:55 label [ ]',
    'evpn mac-ip rd 1:1 mac 00:11:22:33:44:55 label 1048576',
    'evpn mac-ip rd 1:1 mac 00:11:22:33:44:55 vni 16777216',
    'evpn mac-ip rd 1:1 mac 00:11:22:33:44:55 ethernet-tag 4294967296',
    'evpn mac-ip rd 1:1 label 1',
    'evpn nothing',
    'evpn multicast rd 1:1 ip 10.0.0.300',
    'evpn type 256 0x',
  ])('refuses %j', (text) => expect(() => parse(evpn, text)).toThrow(WordError));
});
