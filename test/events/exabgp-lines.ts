/** An event as ExaBGP tells it, and the octets of its message where the line has none. */
export interface Line {
  readonly line: string;
  /** A message without its marker. */
  readonly hex?: string;
  /** What ExaBGP prints there is a BUG: the line is the valid one. */
  readonly bug?: string;
}

/** Those of ExaBGP 6 with `api.version` 4 are shown with the number of its own format. */
export const LINES: readonly Line[] = [
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.0513942, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 1, "type": "fsm", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "state": "ACTIVE" } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.062069, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 2, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "state": "connected" } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.0624003, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 4, "type": "open", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "send", "open": { "version": 4, "asn": 65000, "hold_time": 180, "router_id": "10.0.0.1", "capabilities": { "multiprotocol": { "name": "multiprotocol", "families": [ "ipv4/unicast", "ipv6/unicast" ] }, "asn4": { "name": "asn4", "asn4": 65000 }, "graceful-restart": { "name": "graceful restart", "time": 120, "address-family-flags": { "ipv4/unicast": [ "restart" ] , "ipv6/unicast": [ "restart" ] }, "restart-flags": [ "forwarding" ] }, "route-refresh": { "name": "route-refresh", "variant": "RFC" }, "enhanced-route-refresh": { "name": "enhanced-route-refresh" }, "exabgp-experimental-operational": { "name": "operational" }, "extended-message": { "name": "extended-message", "size": 65535 } } } } }',
    hex: '00450104FDE800B40A00000128022601040001000101040002000141040000FDE8400A8078000101800002018002004600B9000600',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.0695775, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 6, "type": "open", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF004B01", "body": "0x04FDE9005A0A0000022E022C0104000100010104000200010200B9004006807800010180490C04686F737406646F6D61696E41040000FDE9", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "open": { "version": 4, "asn": 65001, "hold_time": 90, "router_id": "10.0.0.2", "capabilities": { "1": { "name": "multiprotocol", "families": [ "ipv4/unicast", "ipv6/unicast" ] }, "2": { "name": "route-refresh", "variant": "RFC" }, "185": { "name": "operational" }, "64": { "name": "graceful restart", "time": 120, "address-family-flags": { "ipv4/unicast": [ "restart" ] }, "restart-flags": [ "forwarding" ] }, "73": { "name": "unknown", "iana": "unassigned", "value": 73, "raw": "04686F737406646F6D61696E" }, "65": { "name": "asn4", "asn4": 65001 } } } } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.0697792, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 7, "type": "negotiated", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "normal", "families": [ "ipv4 unicast" ,"ipv6 unicast" ], "nexthop": [  ], "add_path": { "send": [  ], "receive": [  ] } }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.1274588, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 10, "type": "keepalive", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001304", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive"  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.1275287, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 11, "type": "fsm", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "state": "ESTABLISHED" } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.1277182, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 12, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "state": "up" } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.128223, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 13, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "send", "message": { "update": { "attribute": { "origin": "igp", "as-path": [ 65000 ], "confederation-path": [] }, "announce": { "ipv4 unicast": { "10.0.0.1": [ { "nlri": "192.0.2.0/24" } ] } } } }, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "normal", "families": [ "ipv4 unicast" ,"ipv6 unicast" ], "nexthop": [  ], "add_path": { "send": [  ], "receive": [  ] } }  } }',
    hex: '002F02000000144001010040020602010000FDE84003040A00000118C00002',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.1475444, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 14, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "send", "message": { "eor": { "afi" : "ipv4", "safi" : "unicast" } }, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "normal", "families": [ "ipv4 unicast" ,"ipv6 unicast" ], "nexthop": [  ], "add_path": { "send": [  ], "receive": [  ] } }  } }',
    hex: '00170200000000',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.6341913, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 16, "type": "update", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF004702", "body": "0x0000002A4001010040020A02020000FDE90000FDEA4003040A00000280040400000032C00808FDEB0001FFFFFF01100A01100A02", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "message": { "update": { "attribute": { "origin": "igp", "as-path": [ 65001, 65002 ], "confederation-path": [], "med": 50, "community": [ [ 65003, 1 ], [ 65535, 65281 ] ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" }, { "nlri": "10.2.0.0/16" } ] } } } }, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "normal", "families": [ "ipv4 unicast" ,"ipv6 unicast" ], "nexthop": [  ], "add_path": { "send": [  ], "receive": [  ] } }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.738024, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 17, "type": "update", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001A02", "body": "0x0003100A010000", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "message": { "update": { "withdraw": { "ipv4 unicast": [ { "nlri": "10.1.0.0/16" } ] } } }, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "normal", "families": [ "ipv4 unicast" ,"ipv6 unicast" ], "nexthop": [  ], "add_path": { "send": [  ], "receive": [  ] } }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.7385845, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 18, "type": "update", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF003102", "body": "0x0003100A0900144001010040020602010000FDE94003040A000002100A08", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "message": { "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.8.0.0/16" } ] } }, "withdraw": { "ipv4 unicast": [ { "nlri": "10.9.0.0/16" } ] } } }, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "normal", "families": [ "ipv4 unicast" ,"ipv6 unicast" ], "nexthop": [  ], "add_path": { "send": [  ], "receive": [  ] } }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.8383703, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 21, "type": "refresh", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001705", "body": "0x00010001", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "route-refresh": { "afi": "ipv4", "safi": "unicast", "subtype": "query" } } }',
    bug: 'its words are quoted twice',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.9416726, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 23, "type": "notification", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "send", "notification": { "code": 1, "subcode": 0, "data": "0x63616E206E6F74206465636F646520757064617465206D657373616765206F66207479706520223622" }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382032.9422958, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 25, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "state": "down", "reason": "peer reset, message (notification sent (1,0)) error(Message header error / Unspecific / can not decode update message of type \\"6\\")" } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382036.6577537, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 31, "type": "signal", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "code": "15", "name": "SIGTERM" } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382036.6581724, "host" : "vm", "pid" : 27341, "ppid" : 27285, "counter": 32, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "state": "down", "reason": "stop, message (shutting down)" } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795382036.658264, "host" : "vm", "pid" : 27341, "ppid" : 27285, "type": "notification", "notification": "shutdown" }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795381939.2203836, "host" : "vm", "pid" : 25384, "ppid" : 25343, "counter": 17, "type": "update", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF004F02", "body": "0x0000002A4001010040020A02020000FDE90000FDEA4003040A00000280040400000032C00808FDEB0001FFFFFF0100000001100A0100000002100A02", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "message": { "update": { "attribute": { "origin": "igp", "as-path": [ 65001, 65002 ], "confederation-path": [], "med": 50, "community": [ [ 65003, 1 ], [ 65535, 65281 ] ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16", "path-information": "0.0.0.1" }, { "nlri": "10.2.0.0/16", "path-information": "0.0.0.2" } ] } } } }, "negotiated": { "message_size": 65535, "hold_time": 90, "asn4": true, "multisession": false, "operational": false, "refresh": "enhanced", "families": [ "ipv4 unicast" ,"ipv6 unicast" ,"ipv4 mpls-vpn" ], "nexthop": [  ], "add_path": { "send": [  ], "receive": [ "ipv4 unicast" ] } }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795381939.4205422, "host" : "vm", "pid" : 25384, "ppid" : 25343, "counter": 18, "type": "update", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001E02", "body": "0x000700000001100A010000", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "message": { "update": { "withdraw": { "ipv4 unicast": [ { "nlri": "10.1.0.0/16", "path-information": "0.0.0.1" } ] } } }, "negotiated": { "message_size": 65535, "hold_time": 90, "asn4": true, "multisession": false, "operational": false, "refresh": "enhanced", "families": [ "ipv4 unicast" ,"ipv6 unicast" ,"ipv4 mpls-vpn" ], "nexthop": [  ], "add_path": { "send": [  ], "receive": [ "ipv4 unicast" ] } }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795384900.5010831, "host" : "vm", "pid" : 27894, "ppid" : 27728, "counter": 1, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "message": { "category": 2, "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF002E02", "body": "0x000000144001010040020602010000FDE94003040A000002100A01" }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795384906.0639162, "host" : "vm", "pid" : 27910, "ppid" : 27728, "counter": 1, "type": "update", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF002E02", "body": "0x000000144001010040020602010000FDE94003040A000002100A01", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "message": { "update": { "attribute": { "origin": "igp", "as-path": [ 65001 ], "confederation-path": [] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } } } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795384920.236126, "host" : "vm", "pid" : 28076, "ppid" : 27728, "counter": 4, "type": "route refresh", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "message": { "category": 5, "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001705", "body": "0x00010001" }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795384501.2971833, "host" : "vm", "pid" : 22229, "ppid" : 21816, "counter": 9, "type": "notification", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "receive", "notification": { "code": 6, "subcode": 9, "data": "0x" }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795384501.2974348, "host" : "vm", "pid" : 22229, "ppid" : 21816, "counter": 11, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "state": "down", "reason": "peer reset, message (notification received (6,9)) error(Cease / unknow reason)" } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795384392.0100925, "host" : "vm", "pid" : 19802, "ppid" : 19533, "counter": 9, "type": "notification", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "direction": "send", "notification": { "code": 4, "subcode": 0, "data": "0x" }  } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795384392.010382, "host" : "vm", "pid" : 19802, "ppid" : 19533, "counter": 11, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "state": "down", "reason": "peer reset, message (notification sent (4,0)) error(Hold timer expired / Unspecific)" } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795384482.3588073, "host" : "vm", "pid" : 21858, "ppid" : 21816, "counter": 10, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "state": "down", "reason": "peer reset, message (closing connection) error(the TCP connection was closed by the remote end)" } }',
  },
  {
    line: '{ "exabgp": "4.0.1", "time": 1795385794.3966908, "host" : "vm", "pid" : 20797, "ppid" : 20390, "counter": 3, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 } , "state": "down", "reason": "graceful restarted negotiated, closing without sending any notification" } }',
  },
  {
    line: '{ "exabgp": "5.0.0", "time": 1795382038.4635775, "host" : "vm", "pid" : 27525, "ppid" : 27285, "counter": 3, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "state": "connected" } }',
  },
  {
    line: '{ "exabgp": "5.0.0", "time": 1795382038.465356, "host" : "vm", "pid" : 27525, "ppid" : 27285, "counter": 7, "type": "open", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF004B01", "body": "0x04FDE9005A0A0000022E022C0104000100010104000200010200B9004006807800010180490C04686F737406646F6D61696E41040000FDE9", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "receive", "open": { "version": 4, "asn": 65001, "hold_time": 90, "router_id": "10.0.0.2", "capabilities": { "1": { "name": "multiprotocol", "families": [ "ipv4/unicast", "ipv6/unicast" ] }, "2": { "name": "route-refresh", "variant": "RFC" }, "185": { "name": "operational" }, "64": { "name": "graceful restart", "time": 120, "address-family-flags": { "ipv4/unicast": [ "restart" ] }, "restart-flags": [ "forwarding" ]  }, "73": { "host-name": "host", "domain-name": "domain" }, "65": { "name": "asn4", "asn4": 65001 } } } } }',
  },
  {
    line: '{ "exabgp": "5.0.0", "time": 1795382038.4656177, "host" : "vm", "pid" : 27525, "ppid" : 27285, "counter": 8, "type": "negotiated", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "normal", "families": ["ipv4 unicast", "ipv6 unicast"], "nexthop": [], "add_path": {"send": [], "receive": []} }  } }',
  },
  {
    line: '{ "exabgp": "5.0.0", "time": 1795382039.0124972, "host" : "vm", "pid" : 27525, "ppid" : 27285, "counter": 17, "type": "update", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF004702", "body": "0x0000002A4001010040020A02020000FDE90000FDEA4003040A00000280040400000032C00808FDEB0001FFFFFF01100A01100A02", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "receive", "message": { "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001, 65002]}}, "med": 50, "community": [ [ 65003, 1 ], [ 65535, 65281 ] ] }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" }, { "nlri": "10.2.0.0/16" } ] } } } }, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "normal", "families": ["ipv4 unicast", "ipv6 unicast"], "nexthop": [], "add_path": {"send": [], "receive": []} }  } }',
  },
  {
    line: '{ "exabgp": "5.0.0", "time": 1795382038.524881, "host" : "vm", "pid" : 27525, "ppid" : 27285, "counter": 15, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "send", "message": { "eor": { "afi" : "ipv4", "safi" : "unicast" } }, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": true, "refresh": "normal", "families": ["ipv4 unicast", "ipv6 unicast"], "nexthop": [], "add_path": {"send": [], "receive": []} }  } }',
    hex: '00170200000000',
  },
  {
    line: '{ "exabgp": "5.0.0", "time": 1795382039.216118, "host" : "vm", "pid" : 27525, "ppid" : 27285, "counter": 22, "type": "refresh", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001705", "body": "0x00010001", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "receive", "route-refresh": { "afi": "ipv4", "safi": "unicast", "subtype": "query" } } }',
  },
  {
    line: '{ "exabgp": "5.0.0", "time": 1795382041.8242495, "host" : "vm", "pid" : 27525, "ppid" : 27285, "counter": 33, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "state": "down", "reason": "stop, message [shutting down]" } }',
  },
  {
    line: '{ "exabgp": "5.0.0", "time": 1795384591.3417578, "host" : "vm", "pid" : 23878, "ppid" : 23564, "counter": 10, "type": "notification", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "receive", "notification": { "code": 6, "subcode": 2, "data": "0x53687574646F776E20436F6D6D756E69636174696F6E3A202268656C6C6F22", "message": "Shutdown Communication: \\"hello\\"" }  } }',
    hex: '001B0306020568656C6C6F',
  },
  {
    line: '{ "exabgp": "5.0.0", "time": 1795384591.3419638, "host" : "vm", "pid" : 23878, "ppid" : 23564, "counter": 11, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "state": "down", "reason": "notification received (6,2)" } }',
  },
  {
    line: '{ "exabgp": "5.0.0", "time": 1795384645.8690379, "host" : "vm", "pid" : 24695, "ppid" : 23564, "counter": 7, "type": "notification", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "send", "notification": { "code": 2, "subcode": 3, "data": "0x302E302E302E3020697320616E20696E76616C696420726F757465725F6964", "message": "0.0.0.0 is an invalid router_id" }  } }',
  },
  {
    line: '{ "exabgp": "6.0.0", "time": 1795385013.2003386, "host" : "vm", "pid" : 29438, "ppid" : 29153, "counter": 3, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "receive", "message": { "update": { "attribute": { "origin": "igp", "as-path": {"0": {"element": "as-sequence", "value": [65001]}} }, "announce": { "ipv4 unicast": { "10.0.0.2": [ { "nlri": "10.1.0.0/16" } ] } } } }, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": false, "refresh": "normal", "families": ["ipv4 unicast"], "nexthop": [], "add_path": {"send": [], "receive": []} }  } }',
    hex: '002E02000000144001010040020602010000FDE94003040A000002100A01',
  },
  {
    line: '{ "exabgp": "6.0.0", "time": 1795385013.400178, "host" : "vm", "pid" : 29438, "ppid" : 29153, "counter": 4, "type": "refresh", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "receive", "route-refresh": { "afi": "ipv4", "safi": "unicast", "subtype": "query" } } }',
    hex: '00170500010001',
  },
  {
    line: '{ "exabgp": "6.0.0", "time": 1795385016.0329342, "host" : "vm", "pid" : 29498, "ppid" : 29153, "counter": 2, "type": "route-refresh", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "receive", "message": { "category": 5, "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001705", "body": "0x00010001" } , "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": false, "refresh": "normal", "families": ["ipv4 unicast"], "nexthop": [], "add_path": {"send": [], "receive": []} }  } }',
  },
  {
    line: '{ "exabgp": "6.0.0", "time": 1795385020.8701687, "host" : "vm", "pid" : 29577, "ppid" : 29153, "counter": 3, "type": "update", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "send", "message": { "eor": { "afi" : "ipv4", "safi" : "unicast" } }, "negotiated": { "message_size": 4096, "hold_time": 90, "asn4": true, "multisession": false, "operational": false, "refresh": "normal", "families": ["ipv4 unicast"], "nexthop": [], "add_path": {"send": [], "receive": []} }  } }',
    hex: '00170200000000',
    bug: 'it is no JSON',
  },
  {
    line: '{ "exabgp": "6.0.0", "time": 1795384787.999943, "host" : "vm", "pid" : 26337, "ppid" : 26012, "counter": 10, "type": "notification", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "receive", "notification": { "code": 1, "subcode": 2, "data": "0x4B454550414C4956452068617320616E20696E76616C6964206D657373616765206C656E677468206F66203138", "message": "KEEPALIVE has an invalid message length of 18" }  } }',
  },
  {
    line: '{ "exabgp": "6.0.0", "time": 1795384788.0002303, "host" : "vm", "pid" : 26337, "ppid" : 26012, "counter": 11, "type": "notification", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "send", "notification": { "code": 1, "subcode": 2, "data": "0x4B454550414C4956452068617320616E20696E76616C6964206D657373616765206C656E677468206F66203138", "message": "KEEPALIVE has an invalid message length of 18" }  } }',
  },
  {
    line: '{ "exabgp": "6.0.0", "time": 1795381957.0730672, "host" : "vm", "pid" : 25647, "ppid" : 25343, "counter": 5, "type": "open", "header": "0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF007301", "body": "0x04FDE800B40A00000156020601040001000102060104000100800206010400020001020641040000FDE802020500020E450C0001010100020101000180010210400E807800010180000180800002018002020200020246000202B90002020600", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "direction": "send", "open": { "version": 4, "asn": 65000, "hold_time": 180, "router_id": "10.0.0.1", "capabilities": { "multiprotocol": { "name": "multiprotocol", "families": [ "ipv4/unicast", "ipv4/mpls-vpn", "ipv6/unicast" ] }, "asn4": { "name": "asn4", "asn4": 65000 }, "nexthop": { "name": "nexthop", "conversion": [ ] }, "add-path": { "name": "addpath", "ipv4/unicast": "receive","ipv6/unicast": "receive","ipv4/mpls-vpn": "receive" }, "graceful-restart": { "name": "graceful restart", "time": 120, "address-family-flags": { "ipv4/unicast": [ "restart" ] , "ipv4/mpls-vpn": [ "restart" ] , "ipv6/unicast": [ "restart" ] }, "restart-flags": [ "forwarding" ]  }, "route-refresh": { "name": "route-refresh", "variant": "RFC" }, "enhanced-route-refresh": { "name": "enhanced-route-refresh" }, "operational": { "name": "operational" }, "extended-message": { "name": "extended-message", "size": 65535 }, "hostname": { "host-name": "", "domain-name": "" } } } } }',
  },
  {
    line: '{ "exabgp": "6.0.0", "time": 1795381957.0723608, "host" : "vm", "pid" : 25647, "ppid" : 25343, "counter": 3, "type": "state", "neighbor": { "address": { "local": "127.0.0.1", "peer": "127.0.0.1" }, "asn": { "local": 65000, "peer": 65001 }, "router-id": "10.0.0.1" , "state": "connected" } }',
  },
];
