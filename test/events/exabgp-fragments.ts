/** A line of ExaBGP, and the octets that it comes from. */
export interface Fragment {
  readonly name: string;
  /** An UPDATE without its marker. */
  readonly hex: string;
  /** `message` of the event by version of the API. */
  readonly told: Readonly<Record<number, string>>;
  /** What ExaBGP prints of it in a version is a BUG; what stands above is valid. */
  readonly bug?: Readonly<Record<number, string>>;
}

export const FRAGMENTS: readonly Fragment[] = [
  {
    name: 'aspath-confed-set',
    hex: '0044020000002A4001010040021C03010000FC0004020000FC010000FC0202010000FDE901010000FDF24003040A000002100A01',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "as-set": [ 65010 ], "confederation-path": [ 64512 ], "confederation-set": [ 64513, 64514 ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-confed-sequence", "value": [64512]}, "1": {"element": "as-confed-set", "value": [64513, 64514]}, "2": {"element": "as-sequence", "value": [65001]}, "3": {"element": "as-set", "value": [65010]}} }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-confed-sequence", "value": [64512]}, "1": {"element": "as-confed-set", "value": [64513, 64514]}, "2": {"element": "as-sequence", "value": [65001]}, "3": {"element": "as-set", "value": [65010]}} }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
    },
    bug: { 5: 'confederation segments are called as-sequence' },
  },
  {
    name: 'large-community',
    hex: '0049020000002F4001010040020602010000FDE94003040A000002C020180000FDE90000000100000002FA56EA01FFFFFFFF00000000100A01',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "large-community": [ [ 65001, 1 , 2 ], [ 4200000001, 4294967295 , 0 ] ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "large-community": [ [ 65001, 1 , 2 ], [ 4200000001, 4294967295 , 0 ] ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "large-community": [ [ 65001, 1 , 2 ], [ 4200000001, 4294967295 , 0 ] ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
    },
  },
  {
    name: 'ext-multi',
    hex: '0049020000002F4001010040020602010000FDE94003040A000002C010180002FDEA000000640002FDEA00000065030C000000000008100A01',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "extended-community": [ { "value": 842131417596004, "string": "target:65002:100" }, { "value": 842131417596005, "string": "target:65002:101" }, { "value": 219550481834311688, "string": "encap:VXLAN" } ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "extended-community": [ { "value": 842131417596004, "string": "target:65002:100" }, { "value": 842131417596005, "string": "target:65002:101" }, { "value": 219550481834311688, "string": "encap:VXLAN" } ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "extended-community": [ { "value": 842131417596004, "string": "target:65002:100" }, { "value": 842131417596005, "string": "target:65002:101" }, { "value": 219550481834311688, "string": "encap:VXLAN" } ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
    },
  },
  {
    name: 'originator+cluster',
    hex: '0047020000002D4001010040020602010000FDE94003040A000002400504000000648009040A000009800A080A00000A0A00000B100A01',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100, "originator-id": "10.0.0.9", "cluster-list": [ "10.0.0.10", "10.0.0.11" ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "originator-id": "10.0.0.9", "cluster-list": [ "10.0.0.10", "10.0.0.11" ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "originator-id": "10.0.0.9", "cluster-list": [ "10.0.0.10", "10.0.0.11" ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
    },
  },
  {
    name: 'prefix-sid-srv6-l3',
    hex: '0056020000003C4001010040020602010000FDE94003040A000002C028250500220001001E0020010DB800000000000000000000000100001200010006281810000000100A01',
    told: {
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "bgp-prefix-sid": { "l3-service": [ { "sid": "2001:db8::1", "flags": 0, "endpoint_behavior": 18, "structure": {"locator-block-length": 40, "locator-node-length": 24, "function-length": 16, "argument-length": 0, "transposition-length": 0, "transposition-offset": 0} } ] } }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "bgp-prefix-sid": { "l3-service": [ { "sid": "2001:db8::1", "flags": 0, "endpoint_behavior": 18, "structure": {"locator-block-length": 40, "locator-node-length": 24, "function-length": 16, "argument-length": 0, "transposition-length": 0, "transposition-offset": 0} } ] } }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }',
    },
    bug: { 5: '%s and %d are printed' },
  },
  {
    name: 'v6-unicast-ll',
    hex: '005B02000000444001010040020602010000FDE940050400000064900E002C0002012020010DB8000000000000000000000002FE800000000000000000000000000002003020010DB80001',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100 }, "announce": { "ipv6 unicast": { "2001:db8::2": [ { "nlri": "2001:db8:1::/48" } ], "fe80::2": [ { "nlri": "2001:db8:1::/48" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv6 unicast": { "2001:db8::2": [ { "nlri": "2001:db8:1::/48" } ], "fe80::2": [ { "nlri": "2001:db8:1::/48" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv6 unicast": { "2001:db8::2": [ { "nlri": "2001:db8:1::/48" } ] } } } }',
    },
  },
  {
    name: 'v4-labelled',
    hex: '004702000000304001010040020602010000FDE940050400000064900E0018000104040A00000200280006410A0140000640000C810A02',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100 }, "announce": { "ipv4 nlri-mpls": { "10.0.0.2": [ { "nlri": "10.1.0.0/16", "label": [ [100] ] }, { "nlri": "10.2.0.0/16", "label": [ [100], [200] ] } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 nlri-mpls": { "10.0.0.2": [ { "nlri": "10.1.0.0/16", "label": [ [100] ] }, { "nlri": "10.2.0.0/16", "label": [ [100], [200] ] } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 nlri-mpls": { "10.0.0.2": [ { "nlri": "10.1.0.0/16", "label": [ [100, 1601] ] }, { "nlri": "10.2.0.0/16", "label": [ [100, 1600], [200, 3201] ] } ] } } } }',
    },
  },
  {
    name: 'vpnv4-wd',
    hex: '002B0200000014800F11000180688000000000FDEA000000640A01',
    told: {
      4: '{ "update": { "withdraw": { "ipv4 mpls-vpn": [ { "nlri": "10.1.0.0/16", "label": [ [524288] ], "rd": "65002:100" } ] } } }',
      5: '{ "update": { "withdraw": { "ipv4 mpls-vpn": [ { "nlri": "10.1.0.0/16", "label": [ [524288] ], "rd": "65002:100" } ] } } }',
      6: '{ "update": { "withdraw": { "ipv4 mpls-vpn": [ { "nlri": "10.1.0.0/16", "label": [ [524288, 8388608] ], "rd": "65002:100" } ] } } }',
    },
  },
  {
    name: 'rtc',
    hex: '0046020000002F4001010040020602010000FDE940050400000064900E0017000184040A00000200600000FDE90002FDEA0000006400',
    told: {
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 rtc": { "10.0.0.2": [ { "origin": 65001, "route-target": "target:65002:100" }, { "origin": 0, "route-target": null } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 rtc": { "10.0.0.2": [ { "origin": 65001, "route-target": "target:65002:100" }, { "origin": 0, "route-target": null } ] } } } }',
    },
  },
  {
    name: 'flow4-flags',
    hex: '0043020000002C4001010040020602010000FDE940050400000064900E001400018500000E0901020010020483120C01018002',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100 }, "announce": { "ipv4 flow": { "no-nexthop": [ { "tcp-flags": [ "=syn", "ack", "!rst", "!=syn+ack" ], "fragment": [ "=dont-fragment", "is-fragment" ], "string": "flow tcp-flags [ =syn ack !rst !=syn+ack ] fragment [ =dont-fragment is-fragment ]" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 flow": { "no-nexthop": [ { "tcp-flags": [ "=syn", "ack", "!rst", "!=syn+ack" ], "fragment": [ "=dont-fragment", "is-fragment" ], "string": "flow tcp-flags [ =syn ack !rst !=syn+ack ] fragment [ =dont-fragment is-fragment ]" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 flow": { "no-nexthop": [ {"tcp-flags": [ "=syn", "ack", "!rst", "!=syn+ack" ], "fragment": [ "=dont-fragment", "is-fragment" ], "string": "flow tcp-flags [ =syn ack !rst !=syn+ack ] fragment [ =dont-fragment is-fragment ]" } ] } } } }',
    },
    bug: { 4: 'both flags of !=syn+ack are split' },
  },
  {
    name: 'flow4-nh',
    hex: '004802000000314001010040020602010000FDE940050400000064C010080800000000000000900E000E000185040A000002000401100A01',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100, "extended-community": [ { "value": 576460752303423488, "string": "redirect-to-nexthop" } ] }, "announce": { "ipv4 flow": { "10.0.0.2": [ { "destination-ipv4": [ "10.1.0.0/16" ], "next-hop": "10.0.0.2", "string": "flow destination-ipv4 10.1.0.0/16 next-hop 10.0.0.2" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "extended-community": [ { "value": 576460752303423488, "string": "redirect-to-nexthop" } ] }, "announce": { "ipv4 flow": { "10.0.0.2": [ { "destination-ipv4": [ "10.1.0.0/16" ], "next-hop": "10.0.0.2", "string": "flow destination-ipv4 10.1.0.0/16 next-hop 10.0.0.2" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "extended-community": [ { "value": 576460752303423488, "string": "redirect-to-nexthop" } ] }, "announce": { "ipv4 flow": { "10.0.0.2": [ {"destination-ipv4": [ "10.1.0.0/16" ], "string": "flow destination-ipv4 10.1.0.0/16" } ] } } } }',
    },
  },
  {
    name: 'flowvpn4',
    hex: '004C02000000354001010040020602010000FDE940050400000064C010088008FDEA00000064900E001200018600000C0000FDEA0000006401100A01',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100, "extended-community": [ { "value": 9225903018132635748, "string": "redirect:65002:100" } ] }, "announce": { "ipv4 flow-vpn": { "no-nexthop": [ { "destination-ipv4": [ "10.1.0.0/16" ], "rd": "65002:100", "string": "flow destination-ipv4 10.1.0.0/16 rd 65002:100" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "extended-community": [ { "value": 9225903018132635748, "string": "redirect:65002:100" } ] }, "announce": { "ipv4 flow-vpn": { "no-nexthop": [ { "destination-ipv4": [ "10.1.0.0/16" ], "rd": "65002:100", "string": "flow destination-ipv4 10.1.0.0/16 rd 65002:100" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "extended-community": [ { "value": 9225903018132635748, "string": "redirect:65002:100" } ] }, "announce": { "ipv4 flow-vpn": { "no-nexthop": [ {"destination-ipv4": [ "10.1.0.0/16" ], "rd": "65002:100", "string": "flow destination-ipv4 10.1.0.0/16 rd 65002:100" } ] } } } }',
    },
  },
  {
    name: 'vpls',
    hex: '005E02000000474001010040020602010000FDE940050400000064C010100002FDEA00000064800A130005DC0064900E001C001941040A0000020000110000FDEA00000064000300010008400011',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100, "extended-community": [ { "value": 842131417596004, "string": "target:65002:100" }, { "value": 9226207677441114212, "string": "l2info:19:0:1500:100" } ] }, "announce": { "l2vpn vpls": { "10.0.0.2": [ { "rd": "65002:100", "endpoint": 3, "base": 262145, "offset": 1, "size": 8 } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "extended-community": [ { "value": 842131417596004, "string": "target:65002:100" }, { "value": 9226207677441114212, "string": "l2info:19:0:1500:100" } ] }, "announce": { "l2vpn vpls": { "10.0.0.2": [ { "rd": "65002:100", "endpoint": 3, "base": 262145, "offset": 1, "size": 8 } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "extended-community": [ { "value": 842131417596004, "string": "target:65002:100" }, { "value": 9226207677441114212, "string": "l2info:19:0:1500:100" } ] }, "announce": { "l2vpn vpls": { "10.0.0.2": [ { "rd": "65002:100", "endpoint": 3, "base": 262145, "offset": 1, "size": 8 } ] } } } }',
    },
  },
  {
    name: 'evpn1',
    hex: '0053020000003C4001010040020602010000FDE940050400000064900E0024001946040A0000020001190000FDEA000000640011223344556677889900000064000C81',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100 }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 1, "parsed": true, "raw": "01190000FDEA000000640011223344556677889900000064000C81", "name": "Ethernet Auto-Discovery", "rd": "65002:100", "esi": "00:11:22:33:44:55:66:77:88:99", "ethernet-tag": 100, "label": [ [200, 3201] ] } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 1, "parsed": true, "raw": "01190000FDEA000000640011223344556677889900000064000C81", "name": "Ethernet Auto-Discovery", "rd": "65002:100", "esi": "00:11:22:33:44:55:66:77:88:99", "ethernet-tag": 100, "label": [ [200, 3201] ] } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 1, "parsed": true, "raw": "01190000FDEA000000640011223344556677889900000064000C81", "name": "Ethernet Auto-Discovery", "rd": "65002:100", "esi": "00:11:22:33:44:55:66:77:88:99", "ethernet-tag": 100, "label": [ [200, 3201] ] } ] } } } }',
    },
  },
  {
    name: 'evpn2-mac-ip6',
    hex: '007E02000000674001010040020602010000FDE940050400000064C010100002FDEA00000064030C000000000008900E003C001946040A00000200023100010A00000200640000000000000000000000000000300011223344558020010DB8000000000000000000000001000C81',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100, "extended-community": [ { "value": 842131417596004, "string": "target:65002:100" }, { "value": 219550481834311688, "string": "encap:VXLAN" } ] }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 2, "parsed": true, "raw": "023100010A00000200640000000000000000000000000000300011223344558020010DB8000000000000000000000001000C81", "name": "MAC/IP advertisement", "rd": "10.0.0.2:100", "esi": "-", "ethernet-tag": 0, "mac": "00:11:22:33:44:55", "label": [ [200, 3201] ], "ip": "2001:db8::1" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "extended-community": [ { "value": 842131417596004, "string": "target:65002:100" }, { "value": 219550481834311688, "string": "encap:VXLAN" } ] }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 2, "parsed": true, "raw": "023100010A00000200640000000000000000000000000000300011223344558020010DB8000000000000000000000001000C81", "name": "MAC/IP advertisement", "rd": "10.0.0.2:100", "esi": "-", "ethernet-tag": 0, "mac": "00:11:22:33:44:55", "label": [ [200, 3201] ], "ip": "2001:db8::1" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "extended-community": [ { "value": 842131417596004, "string": "target:65002:100" }, { "value": 219550481834311688, "string": "encap:VXLAN" } ] }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 2, "parsed": true, "raw": "023100010A00000200640000000000000000000000000000300011223344558020010DB8000000000000000000000001000C81", "name": "MAC/IP advertisement", "rd": "10.0.0.2:100", "esi": "-", "ethernet-tag": 0, "mac": "00:11:22:33:44:55", "label": [ [200, 3201] ], "ip": "2001:db8::1" } ] } } } }',
    },
  },
  {
    name: 'evpn3',
    hex: '005702000000404001010040020602010000FDE940050400000064C0160900060006400A000002900E001C001946040A0000020003110000FDEA0000006400000064200A000002',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100, "pmsi": "pmsi:ingressreplication:0:100(1600):10.0.0.2" }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 3, "parsed": true, "raw": "03110000FDEA0000006400000064200A000002", "name": "Inclusive Multicast Ethernet Tag", "rd": "65002:100", "ethernet-tag": 100, "ip": "10.0.0.2" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "pmsi": "pmsi:ingressreplication:0:100(1600):10.0.0.2" }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 3, "parsed": true, "raw": "03110000FDEA0000006400000064200A000002", "name": "Inclusive Multicast Ethernet Tag", "rd": "65002:100", "ethernet-tag": 100, "ip": "10.0.0.2" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "pmsi": "pmsi:ingressreplication:0:100:10.0.0.2" }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 3, "parsed": true, "raw": "03110000FDEA0000006400000064200A000002", "name": "Inclusive Multicast Ethernet Tag", "rd": "65002:100", "ethernet-tag": 100, "ip": "10.0.0.2" } ] } } } }',
    },
  },
  {
    name: 'evpn5',
    hex: '005C02000000454001010040020602010000FDE940050400000064900E002D001946040A0000020005220000FDEA000000640000000000000000000000000000180A05050000000000001F41',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100 }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 5, "parsed": true, "raw": "05220000FDEA000000640000000000000000000000000000180A05050000000000001F41", "name": "IP Prefix Advertisement", "rd": "65002:100", "esi": "-", "ethernet-tag": 0, "label": [ [500, 8001] ], "ip": "10.5.5.0", "iplen": 24, "gateway": "0.0.0.0" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 5, "parsed": true, "raw": "05220000FDEA000000640000000000000000000000000000180A05050000000000001F41", "name": "IP Prefix Advertisement", "rd": "65002:100", "esi": "-", "ethernet-tag": 0, "label": [ [500, 8001] ], "ip": "10.5.5.0", "iplen": 24, "gateway": "0.0.0.0" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "l2vpn evpn": { "10.0.0.2": [ { "code": 5, "parsed": true, "raw": "05220000FDEA000000640000000000000000000000000000180A05050000000000001F41", "name": "IP Prefix Advertisement", "rd": "65002:100", "esi": "-", "ethernet-tag": 0, "label": [ [500, 8001] ], "ip": "10.5.5.0", "iplen": 24, "gateway": "0.0.0.0" } ] } } } }',
    },
  },
  {
    name: 'ls-node-ospf',
    hex: '00D502000000BE4001010040020602010000FDE940050400000064801D6904000001A0040200047274723104030003490001040400040A0101010405001020010DB8000000000000000000000001040A000C80000003E804890003003E80040B00020001040C000C00000003E804890003003A98040100020102010A0002010A270F0003010203900E003A400447040A000002000001002D03000000000000000001000020020000040000FDE902010004000000000202000400000000020300040A010101',
    told: {
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "bgp-ls": { "node-flags": {"O": 1, "T": 0, "E": 1, "B": 0, "R": 0, "V": 0, "RSV": 0}, "node-name": "rtr1", "area-id": "4784129", "local-te-router-ids": ["10.1.1.1", "2001:db8::1"], "sr-capability-flags": {"I": 1, "V": 0, "RSV": 0}, "sids": [[1000, 16000]], "sr-algorithms": [0, 1], "generic-lsid-1036": ["0x00000003E804890003003A98"], "opaque": "\\u0001\\u0002", "generic-lsid-266": ["0x010A"], "generic-lsid-9999": ["0x010203"] } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-node", "l3-routing-topology": 0, "protocol-id": 3, "node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "ospf-area-id": "0.0.0.0" }, { "router-id": "10.1.1.1" } ], "nexthop": "10.0.0.2" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "bgp-ls": { "area-ids": ["4784129"], "local-router-ids": ["10.1.1.1", "2001:db8::1"], "generic-lsid-1036": ["0x00000003E804890003003A98"], "generic-lsid-266": ["0x010A"], "generic-lsid-9999": ["0x010203"], "node-flags": {"O": 1, "T": 0, "E": 1, "B": 0, "R": 0, "V": 0, "RSV": 0}, "node-name": "rtr1", "sr-capability-flags": {"I": 1, "V": 0, "RSV": 0}, "sids": [[1000, 16000]], "sr-algorithms": [0, 1], "opaque": "0102" } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-node", "l3-routing-topology": 0, "protocol-id": 3, "node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "ospf-area-id": "0.0.0.0" }, { "router-id": "10.1.1.1" } ] } ] } } } }',
    },
  },
  {
    name: 'ls-node-isis-pseudo',
    hex: '0064020000004D4001010040020602010000FDE940050400000064900E0035400447040A00000200000100280100000000000000000100001B020000040000FDE902010004000000000203000701013400004105',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100 }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-node", "l3-routing-topology": 0, "protocol-id": 1, "node-descriptors": { "autonomous-system": 65001, "bgp-ls-identifier": "0", "psn": "5", "router-id": "010134000041" }, "nexthop": "10.0.0.2" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-node", "l3-routing-topology": 0, "protocol-id": 1, "node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "router-id": "01013400004105", "psn": "5" } ], "nexthop": "10.0.0.2" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-node", "l3-routing-topology": 0, "protocol-id": 1, "node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "router-id": "01013400004105", "psn": "5" } ] } ] } } } }',
    },
  },
  {
    name: 'ls-link-igp1',
    hex: '008902000000724001010040020602010000FDE940050400000064801D05044700010A900E0052400447040A00000200000200450200000000000000000100001A020000040000FDE90201000400000000020300060101340000410101001A020000040000FDE9020100040000000002030006010134000042',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100, "bgp-ls": { "igp-metric": 10 } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-link", "l3-routing-topology": 0, "protocol-id": 2, "local-node-descriptors": { "autonomous-system": 65001, "bgp-ls-identifier": "0", "router-id": "010134000041" }, "remote-node-descriptors": { "autonomous-system": 65001, "bgp-ls-identifier": "0", "router-id": "010134000042" }, "interface-address": {  }, "neighbor-address": {  } } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "bgp-ls": { "igp-metric": 10 } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-link", "l3-routing-topology": 0, "protocol-id": 2, "local-node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "router-id": "010134000041" } ], "remote-node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "router-id": "010134000042" } ], "interface-addresses": [  ], "neighbor-addresses": [  ], "multi-topology-ids": [  ], "link-identifiers": [  ] } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "bgp-ls": { "igp-metric": 10 } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-link", "l3-routing-topology": 0, "protocol-id": 2, "local-node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "router-id": "010134000041" } ], "remote-node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "router-id": "010134000042" } ], "interface-addresses": [  ], "neighbor-addresses": [  ], "multi-topology-ids": [  ], "link-identifiers": [  ] } ] } } } }',
    },
  },
  {
    name: 'ls-pfx6',
    hex: '008702000000704001010040020602010000FDE940050400000064801D14048300040000000A048A00080000000000000000900E0041400447040A00000200000400340200000000000000000100001A020000040000FDE9020100040000000002030006010134000041010900094020010DB800030000',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100, "bgp-ls": { "prefix-metric": 10, "attribute-not-implemented": "1162" } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-prefix-v6", "l3-routing-topology": 0, "protocol-id": 2, "node-descriptors": { "autonomous-system": 65001, "bgp-ls-identifier": "0", "router-id": "010134000041" }, "ip-reachability-tlv": "2001:db8:3::", "ip-reach-prefix": "2001:db8:3::/64", "nexthop": "10.0.0.2" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "bgp-ls": { "prefix-metric": 10, "srv6-locator": {"flags": {"D": 0, "RSV": 0}, "algorithm": 0, "metric": 0} } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-prefix-v6", "l3-routing-topology": 0, "protocol-id": 2, "node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "router-id": "010134000041" } ], "ip-reachability-tlv": "2001:db8:3::", "ip-reach-prefix": "2001:db8:3::/64", "nexthop": "10.0.0.2" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "bgp-ls": { "srv6-locators": [{"flags": {"D": 0, "RSV": 0}, "algorithm": 0, "metric": 0}], "prefix-metric": 10 } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-prefix-v6", "l3-routing-topology": 0, "protocol-id": 2, "node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "router-id": "010134000041" } ], "ip-reachability-tlv": "2001:db8:3::/64", "ip-reach-prefix": "2001:db8:3::/64" } ] } } } }',
    },
  },
  {
    name: 'ls-srv6sid',
    hex: '008A02000000734001010040020602010000FDE940050400000064801D1004E200040030000004E4000428181000900E0048400447040A000002000006003B0200000000000000000100001A020000040000FDE90201000400000000020300060101340000410206001020010DB8000500000000000000000001',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [], "local-preference": 100, "bgp-ls": { "attribute-not-implemented": ["1250", "1252"] } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "code": 6, "parsed": false, "raw": "063B0200000000000000000100001A020000040000FDE90201000400000000020300060101340000410206001020010DB8000500000000000000000001" } ] } } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "bgp-ls": { "srv6-endpoint-behavior": {"endpoint-behavior": 48, "flags": [], "algorithm": 0}, "srv6-sid-structure": {"loc_block_len": 40, "loc_node_len": 24, "func_len": 16, "arg_len": 0} } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-srv6sid", "l3-routing-topology": 0, "protocol-id": 2, "node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "router-id": "010134000041" } ], "srv6-sid-descriptors": {"multi-topology-ids": [], "srv6-sid": "2001:db8:5::1"} } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "bgp-ls": { "srv6-endpoint-behavior": {"endpoint-behavior": 48, "flags": [], "algorithm": 0}, "srv6-sid-structure": {"loc_block_len": 40, "loc_node_len": 24, "func_len": 16, "arg_len": 0} } }, "announce": { "bgp-ls bgp-ls": { "10.0.0.2": [ { "ls-nlri-type": "bgpls-srv6sid", "l3-routing-topology": 0, "protocol-id": 2, "node-descriptors": [ { "autonomous-system": 65001 }, { "bgp-ls-identifier": "0" }, { "router-id": "010134000041" } ], "srv6-sid-descriptors": {"multi-topology-ids": [], "srv6-sid": "2001:db8:5::1"} } ] } } } }',
    },
    bug: { 4: 'a key is there twice' },
  },
  {
    name: 'mvpn-6',
    hex: '005002000000394001010040020602010000FDE940050400000064900E0021000105040A0000020006160000FDEA000000640000FDE9200A01010120EF010101',
    told: {
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 mcast-vpn": { "10.0.0.2": [ { "code": 6, "parsed": true, "raw": "06160000FDEA000000640000FDE9200A01010120EF010101", "name": "C-Multicast Shared Tree Join route", "rd": "65002:100", "source-as": "65001", "source": "10.1.1.1", "group": "239.1.1.1"} ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 mcast-vpn": { "10.0.0.2": [ { "code": 6, "parsed": true, "raw": "06160000FDEA000000640000FDE9200A01010120EF010101", "name": "C-Multicast Shared Tree Join route", "rd": "65002:100", "source-as": "65001", "source": "10.1.1.1", "group": "239.1.1.1"} ] } } } }',
    },
  },
  {
    name: 'mup-t1st-src',
    hex: '005802000000414001010040020602010000FDE940050400000064900E0029000155040A000002000100031C0000FDEA0000006420C0A800020000303909200A000001200A000003',
    told: {
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 mup": { "10.0.0.2": [ { "name": "Type1SessionTransformedRoute", "arch": 1, "code": 3, "prefix_ip_len": 32, "prefix_ip": "192.168.0.2", "teid": "12345", "qfi": "9", "rd": "65002:100", "endpoint_ip_len": 32, "endpoint_ip": "10.0.0.1", "source_ip_len": 32, "source_ip": "10.0.0.3", "raw": "0100031C0000FDEA0000006420C0A800020000303909200A000001200A000003" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 mup": { "10.0.0.2": [ { "name": "Type1SessionTransformedRoute", "arch": 1, "code": 3, "prefix_ip_len": 32, "prefix_ip": "192.168.0.2", "teid": "12345", "qfi": "9", "rd": "65002:100", "endpoint_ip_len": 32, "endpoint_ip": "10.0.0.1", "source_ip_len": 32, "source_ip": "10.0.0.3", "raw": "0100031C0000FDEA0000006420C0A800020000303909200A000001200A000003" } ] } } } }',
    },
    bug: { 5: 'a comma is missing' },
  },
  {
    name: 'mup-t2st',
    hex: '004D02000000364001010040020602010000FDE940050400000064900E001E000155040A00000200010004110000FDEA00000064400A00000100003039',
    told: {
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 mup": { "10.0.0.2": [ { "name": "Type2SessionTransformedRoute",  "arch": 1, "code": 4, "endpoint_len": 64, "endpoint_ip": "10.0.0.1", "rd": "65002:100", "teid": "12345", "raw": "010004110000FDEA00000064400A00000100003039" } ] } } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100 }, "announce": { "ipv4 mup": { "10.0.0.2": [ { "name": "Type2SessionTransformedRoute",  "arch": 1, "code": 4, "endpoint_len": 64, "endpoint_ip": "10.0.0.1", "rd": "65002:100", "teid": "12345", "raw": "010004110000FDEA00000064400A00000100003039" } ] } } } }',
    },
  },
  {
    name: 'sr-policy',
    hex: '007002000000594001010040020602010000FDE940050400000064C01728000F00240C060000000000640D06000005DC00008000110009060000000000010106000003E81100900E001600014904C0000201006000000001000000640A000001',
    told: {
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "local-preference": 100, "tunnel-encap": {"sr-policy": {"preference": 100, "binding-sid": {"type": "mpls", "label": 24000}, "segment-lists": [{"weight": 1, "segments": [{"type": "A", "label": 16001, "tc": 0, "s": true, "ttl": 0}]}]}} }, "announce": { "ipv4 sr-policy": { "192.0.2.1": [ {"distinguisher": 1, "color": 100, "endpoint": "10.0.0.1"} ] } } } }',
    },
  },
  {
    name: 'withdraw-with-attr',
    hex: '002E020003100A0700144001010040020602010000FDE94003040A000002',
    told: {
      4: '{ "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [] }, "withdraw": { "ipv4 unicast": [ { "nlri": "10.7.0.0/16" } ] } } }',
      5: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}} }, "withdraw": { "ipv4 unicast": [ { "nlri": "10.7.0.0/16" } ] } } }',
      6: '{ "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}}, "next-hop": "10.0.0.2" }, "withdraw": { "ipv4 unicast": [ { "nlri": "10.7.0.0/16" } ] } } }',
    },
  },
  {
    name: 'eor-evpn',
    hex: '001D0200000006800F03001946',
    told: {
      4: '{ "eor": { "afi" : "l2vpn", "safi" : "evpn" } }',
      5: '{ "eor": { "afi" : "l2vpn", "safi" : "evpn" } }',
      6: '{ "eor": { "afi" : "l2vpn", "safi" : "evpn" } }',
    },
    bug: { 6: 'it is no JSON' },
  },
];
