import { describe, expect, it } from 'vitest';
import { bgpLsPlain, bgpLsVpn } from '../../../src/bgp/nlri/bgpls.ts';
import { WordError } from '../../../src/syntax/words.ts';
import { check, parse } from './check.ts';

const HEAD = { 'l3-routing-topology': 0, 'protocol-id': 3 };
const LOCAL = '0100 0018 0200 0004 0000fde9 0201 0004 00000000 0203 0004 0a010101';
const NODE = [{ 'autonomous-system': 65001 }, { 'bgp-ls-identifier': '0' }, { 'router-id': '10.1.1.1' }];

describe('BGP-LS', () => {
  it.each([
    {
      octets: `0001 0025 03 0000000000000000 ${LOCAL}`,
      nextHop: '10.0.0.2',
      json4: {
        'ls-nlri-type': 'bgpls-node',
        ...HEAD,
        'node-descriptors': { 'autonomous-system': 65001, 'bgp-ls-identifier': '0', 'router-id': '10.1.1.1' },
        nexthop: '10.0.0.2',
      },
      json5: { 'ls-nlri-type': 'bgpls-node', ...HEAD, 'node-descriptors': NODE, nexthop: '10.0.0.2' },
      json6: { 'ls-nlri-type': 'bgpls-node', ...HEAD, 'node-descriptors': NODE },
    },
    {
      // An IS-IS pseudonode.
      octets: '0001 0018 01 0000000000000000 0100 000b 0203 0007 01013400004105',
      json4: {
        'ls-nlri-type': 'bgpls-node',
        'l3-routing-topology': 0,
        'protocol-id': 1,
        'node-descriptors': { psn: '5', 'router-id': '010134000041' },
        nexthop: 'None',
      },
      json6: {
        'ls-nlri-type': 'bgpls-node',
        'l3-routing-topology': 0,
        'protocol-id': 1,
        'node-descriptors': [{ 'router-id': '01013400004105', psn: '5' }],
      },
    },
    {
      octets: `0002 0059 03 0000000000000000 ${LOCAL} 0101 000c 0203 0008 0a010401 0a010102 0103 0004 0a010101 0104 0004 0a010102 0107 0004 0000 f002 0102 0008 00000172 000001bb`,
      json5: {
        'ls-nlri-type': 'bgpls-link',
        ...HEAD,
        'local-node-descriptors': NODE,
        'remote-node-descriptors': [{ 'router-id': '10.1.4.1', 'designated-router-id': '10.1.1.2' }],
        'interface-addresses': ['10.1.1.1'],
        'neighbor-addresses': ['10.1.1.2'],
        'multi-topology-ids': [0, 2],
        'link-identifiers': [{ 'link-local-id': 370, 'link-remote-id': 443 }],
      },
    },
    {
      octets: `0003 0033 03 00000000000002bc ${LOCAL} 0108 0001 01 0109 0005 1e 0a860258`,
      nextHop: '10.0.0.2',
      json5: {
        'ls-nlri-type': 'bgpls-prefix-v4',
        'l3-routing-topology': 700,
        'protocol-id': 3,
        'node-descriptors': NODE,
        'ip-reachability-tlv': '10.134.2.88',
        'ip-reach-prefix': '10.134.2.88/30',
        nexthop: '10.0.0.2',
        'ospf-route-type': 1,
      },
      json6: {
        'ls-nlri-type': 'bgpls-prefix-v4',
        'l3-routing-topology': 700,
        'protocol-id': 3,
        'node-descriptors': NODE,
        'ip-reachability-tlv': '10.134.2.88/30',
        'ip-reach-prefix': '10.134.2.88/30',
        'ospf-route-type': 1,
      },
    },
    {
      octets: `0006 0039 03 0000000000000000 ${LOCAL} 0206 0010 20010db8000500000000000000000001`,
      json5: {
        'ls-nlri-type': 'bgpls-srv6sid',
        ...HEAD,
        'node-descriptors': NODE,
        'srv6-sid-descriptors': { 'multi-topology-ids': [], 'srv6-sid': '2001:db8:5::1' },
      },
    },
    {
      octets: '0009 0002 0102',
      // version 4 has type and length in one octet each
      json4: { code: 9, parsed: false, raw: '09020102' },
      json: { code: 9, parsed: false, raw: '000900020102' },
      text: 'bgpls 0x000900020102',
    },
    { octets: '0001 0002 0102', json5: { code: 1, parsed: false, raw: '000100020102' } },
  ])('$octets', (row) => {
    check(bgpLsPlain, row);
    const octets = row.octets.replaceAll(' ', '');
    check(bgpLsPlain, { octets, parses: [`bgpls 0x${octets}`] });
  });

  it.each([
    {
      octets: `0001 0025 03 0000000000000000 ${LOCAL}`,
      text: 'bgpls-node protocol ospf identifier 0 node [ as 65001 bgp-ls-id 0 router-id 10.1.1.1 ]',
      parses: [
        'bgpls-node node-descriptors [ router-id 10.1.1.1 autonomous-system 65001 bgp-ls-identifier 0 ] protocol-id 3',
      ],
    },
    {
      octets: '0001 0018 01 0000000000000007 0100 000b 0203 0007 01013400004105',
      text: 'bgpls-node protocol isis-l1 identifier 7 node [ router-id 0101.3400.0041.05 ]',
    },
    {
      octets: `0002 0065 03 0000000000000000 ${LOCAL} 0101 0018 0200 0004 0000fde9 0201 0004 00000000 0203 0004 0a010401
        0102 0008 00000172 000001bb 0103 0004 0a010101 0104 0004 0a010102 0107 0004 0000 0002`,
      text:
        'bgpls-link protocol ospf identifier 0 local-node [ as 65001 bgp-ls-id 0 router-id 10.1.1.1 ] ' +
        'remote-node [ as 65001 bgp-ls-id 0 router-id 10.1.4.1 ] link-id 370/443 interface 10.1.1.1 ' +
        'neighbor 10.1.1.2 topology [ 0 2 ]',
    },
    {
      octets: `0002 0064 02 0000000000000000 ${LOCAL} 0101 000e 0200 0004 0000fde9 0203 0002 0102
        0105 0010 20010db8000000000000000000000001 0106 0010 20010db8000000000000000000000002 03e7 0001 05`,
      text:
        'bgpls-link protocol isis-l2 identifier 0 local-node [ as 65001 bgp-ls-id 0 router-id 10.1.1.1 ] ' +
        'remote-node [ as 65001 tlv 515 0x0102 ] interface 2001:db8::1 neighbor 2001:db8::2 tlv 999 0x05',
    },
    {
      octets: `0003 0033 03 00000000000002bc ${LOCAL} 0108 0001 01 0109 0005 1e 0a860258`,
      text:
        'bgpls-prefix-v4 protocol ospf identifier 700 node [ as 65001 bgp-ls-id 0 router-id 10.1.1.1 ] ' +
        'ospf-route-type 1 prefix 10.134.2.88/30',
    },
    {
      octets: `0004 0030 06 0000000000000000 ${LOCAL} 0109 0007 30 20010db80003`,
      text:
        'bgpls-prefix-v6 protocol ospfv3 identifier 0 node [ as 65001 bgp-ls-id 0 router-id 10.1.1.1 ] ' +
        'prefix 2001:db8:3::/48',
    },
    {
      octets: `0006 0039 0c 0000000000000000 ${LOCAL} 0206 0010 20010db8000500000000000000000001`,
      text:
        'bgpls-srv6sid protocol 12 identifier 0 node [ as 65001 bgp-ls-id 0 router-id 10.1.1.1 ] ' +
        'sid 2001:db8:5::1',
    },
  ])('is said in words: $text', ({ octets, ...row }) => {
    check(bgpLsPlain, { octets: octets.replace(/\s/g, ''), ...row });
  });

  it('is shown as octets where its descriptors are not in the order of RFC 9552', () => {
    const octets = '0001 001d 03 0000000000000000 0100 0010 0203 0004 0a010101 0200 0004 0000fde9';
    check(bgpLsPlain, { octets, text: `bgpls-node 0x${octets.replaceAll(' ', '')}` });
  });

  it('shows the octets of a descriptor that is unknown or has another length', () => {
    check(bgpLsPlain, {
      octets: '0001 001b 01 0000000000000000 0100 000e 0200 0002 fde9 03e7 0004 00000001',
      json6: {
        'ls-nlri-type': 'bgpls-node',
        'l3-routing-topology': 0,
        'protocol-id': 1,
        'node-descriptors': [{ 'generic-512': '0xFDE9' }, { 'generic-999': '0x00000001' }],
      },
    });
  });

  it('has an RD in a VPN', () => {
    check(bgpLsVpn, {
      octets: `0001 002d 0000fdea00000064 03 0000000000000000 ${LOCAL}`,
      json6: { 'ls-nlri-type': 'bgpls-node', ...HEAD, 'node-descriptors': NODE, rd: '65002:100' },
      text:
        'bgpls-node rd 65002:100 protocol ospf identifier 0 ' +
        'node [ as 65001 bgp-ls-id 0 router-id 10.1.1.1 ]',
    });
  });

  it.each([
    'bgpls',
    'bgpls 0x0001',
    'bgpls-node xx',
    'bgpls-node protocol ospf',
    'bgpls-node node [ ]',
    'bgpls-node protocol 256 node [ ]',
    'bgpls-node protocol 1 identifier 18446744073709551616 node [ ]',
    'bgpls-node protocol 1 node [ as 4294967296 ]',
    'bgpls-node protocol 1 node [ router-id 10.0.0.256 ]',
    'bgpls-node protocol 1 node [ router-id 10.0.0.1/10.0.0.2/10.0.0.3 ]',
    'bgpls-node protocol 1 node [ tlv 65536 0x01 ]',
    'bgpls-node protocol 1 node [ speed 5 ]',
    'bgpls-link protocol 1 local-node [ ]',
    'bgpls-link protocol 1 local-node [ ] remote-node [ ] link-id 1/4294967296',
    'bgpls-link protocol 1 local-node [ ] remote-node [ ] topology 4096',
    'bgpls-link protocol 1 local-node [ ] remote-node [ ] topology [ ]',
    'bgpls-link protocol 1 local-node [ ] remote-node [ ] tlv 256 0x00',
    'bgpls-prefix-v4 protocol 1 node [ ]',
    'bgpls-prefix-v4 protocol 1 node [ ] prefix 10.0.0.1/24',
    'bgpls-prefix-v4 protocol 1 node [ ] prefix 2001:db8::/32',
    'bgpls-prefix-v4 protocol 1 node [ ] ospf-route-type 256 prefix 10.0.0.0/8',
    'bgpls-srv6sid protocol 1 node [ ]',
    'bgpls-srv6sid protocol 1 node [ ] sid 10.0.0.1',
  ])('refuses %j', (text) => expect(() => parse(bgpLsPlain, text)).toThrow(WordError));
});
