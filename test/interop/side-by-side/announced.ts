import { type Lab, ROUTER, type Scenario } from './lab.ts';
import { ALL, DUAL, JSON_HANDLER, type NeighborPlan, neighbor, open, PEER_AS } from './plan.ts';

/** Families that a configuration of 4.2 has routes for. */
const ROUTED = ALL.filter((family) => !['l2vpn evpn', 'bgp-ls bgp-ls', 'ipv4 multicast'].includes(family));

const STATIC = `static {
  route 10.0.1.0/24 next-hop 10.0.0.1;
  route 10.0.2.0/24 next-hop self;
  route 10.0.3.0/24 next-hop 10.0.0.1 origin egp;
  route 10.0.4.0/24 next-hop 10.0.0.1 origin incomplete med 5;
  route 10.0.5.0/24 next-hop 10.0.0.1 as-path [ 65000 65010 4200000000 ];
  route 10.0.6.0/24 next-hop 10.0.0.1 local-preference 200;
  route 10.0.7.0/24 next-hop 10.0.0.1 atomic-aggregate aggregator ( 65000:10.0.0.9 );
  route 10.0.8.0/24 next-hop 10.0.0.1 community [ 65000:1 no-export 65000:2 ];
  route 10.0.9.0/24 next-hop 10.0.0.1 community 65000:9;
  route 10.0.10.0/24 next-hop 10.0.0.1 large-community [ 65000:1:2 65000:3:4 ];
  route 10.0.11.0/24 next-hop 10.0.0.1 extended-community [ target:65000:1 origin:65000:2 0x0002fde800000003 ];
  route 10.0.12.0/24 next-hop 10.0.0.1 originator-id 10.0.0.7 cluster-list [ 10.0.0.8 10.0.0.9 ];
  route 10.0.13.0/24 next-hop 10.0.0.1 attribute [ 0x63 0xc0 0x010203 ];
  route 10.0.14.0/23 next-hop 10.0.0.1 split /24;
  route 10.0.16.0/24 next-hop 10.0.0.1 as-path [ ];
  route 10.0.17.1 next-hop 10.0.0.1;
  route 0.0.0.0/0 next-hop 10.0.0.1;
  route 2001:db8:1::/48 next-hop 2001:db8::1;
  route 2001:db8:2::1 next-hop 2001:db8::1 med 7 community [ 65000:1 ];
  route 10.1.0.0/24 next-hop 10.0.0.1 label 100;
  route 10.1.1.0/24 next-hop 10.0.0.1 label [ 100 200 ];
  route 10.1.2.0/24 next-hop 10.0.0.1 rd 65000:1 label 100 extended-community [ target:65000:1 ];
  route 10.1.3.0/24 next-hop 10.0.0.1 rd 10.0.0.1:1 label 100;
  route 2001:db8:3::/48 next-hop 2001:db8::1 label 100;
  route 2001:db8:4::/48 next-hop 2001:db8::1 rd 65000:1 label 100;
}`;

const PLAIN = `static {
  route 10.0.2.0/24 next-hop 10.0.0.1 med 1;
  route 10.0.1.0/24 next-hop 10.0.0.1 med 1;
  route 2001:db8:2::/48 next-hop 2001:db8::1;
  route 2001:db8:1::/48 next-hop 2001:db8::1;
}`;

const SECTIONS = `announce {
  ipv4 {
    unicast 10.2.0.0/24 next-hop 10.0.0.1 med 1;
    nlri-mpls 10.2.2.0/24 next-hop 10.0.0.1 label 300;
  }
  ipv6 {
    unicast 2001:db8:20::/48 next-hop 2001:db8::1;
  }
}`;

const FLOW = `flow {
  route plain { match { source 10.0.0.1/32; destination 192.168.0.1/32; port [ =80 =8080 ]; protocol tcp; } then { discard; } }
  route ranges { match { destination 10.0.2.0/24; destination-port >=80&<=90; source-port !=53; packet-length >1000; } then { rate-limit 9600; } }
  route bits { match { destination 10.0.3.0/24; protocol [ udp icmp ]; fragment [ first-fragment is-fragment ]; tcp-flags [ syn ack+push ]; } then { accept; } }
  route codes { match { destination 10.0.4.0/24; icmp-type echo-request; icmp-code 0; dscp 10; } then { mark 20; } }
  route away { match { destination 10.0.5.0/24; } then { redirect 65000:12; community [ 65000:5 ]; } }
  route nexthop { match { destination 10.0.6.0/24; } then { redirect 10.0.0.9; } }
  route act { match { destination 10.0.7.0/24; } then { action sample-terminal; } }
  route vpn { rd 65000:7; match { destination 10.0.8.0/24; } then { discard; } }
  route six { match { source 2001:db8:5::/48; destination 2001:db8:6::/48; next-header tcp; traffic-class 3; flow-label 2013; } then { rate-limit 0; } }
}`;

const VPLS = `l2vpn {
  vpls one { endpoint 5; base 10702; offset 1; size 8; next-hop 10.0.0.1; rd 65000:5; extended-community [ target:65000:5 l2info:19:0:1500:111 ]; }
}`;

/** The table that a session starts with; then the router asks for it again. */
function starts(
  name: string,
  plan: NeighborPlan & { capabilities?: string; agreed?: readonly string[] },
): Scenario {
  return {
    name: `announces ${name}`,
    routers: [ROUTER],
    processes: JSON_HANDLER,
    neighbors: (port) => neighbor(port, plan),
    async act(lab: Lab) {
      await lab.established(open(plan.agreed ?? plan.families, plan.capabilities));
      await lab.command('show adj-rib out');
      await lab.command('show adj-rib out extensive');
    },
  };
}

const EXTERNAL = { api: 'neighbor-changes; send { parsed; update; }' };
const INTERNAL = { ...EXTERNAL, localAs: PEER_AS };

export const ANNOUNCED: readonly Scenario[] = [
  starts('static routes to an external peer', { ...EXTERNAL, families: ROUTED, statements: STATIC }),
  starts('static routes to an internal peer', { ...INTERNAL, families: ROUTED, statements: STATIC }),
  starts('sections by family', { ...EXTERNAL, families: ROUTED, statements: SECTIONS }),
  starts('flow specifications', { ...EXTERNAL, families: ROUTED, statements: FLOW }),
  starts('VPLS', { ...INTERNAL, families: ['l2vpn vpls'], statements: VPLS }),
  starts('without grouping', { ...EXTERNAL, families: DUAL, statements: `${PLAIN} group-updates false;` }),
  starts('without End-of-RIB', { ...EXTERNAL, families: DUAL, statements: `manual-eor true; ${PLAIN}` }),
  starts('to a peer of fewer families', { ...EXTERNAL, families: ROUTED, agreed: DUAL, statements: STATIC }),
  starts('with path identifiers', {
    ...EXTERNAL,
    families: DUAL,
    capability: 'add-path send/receive;',
    capabilities: '4504 00010103',
    statements:
      'static { route 10.0.1.0/24 next-hop 10.0.0.1 path-information 1; route 10.0.1.0/24 next-hop 10.0.0.2 path-information 0.0.0.2; route 10.0.2.0/24 next-hop 10.0.0.1; }',
  }),
];
