import { describe, expect, it } from 'vitest';
import { AFI, familyId, familyText, SAFI } from '../../src/bgp/family.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig, loadingConfig } from '../../src/config/load.ts';
import { type NeighborConfig, PROCESS_DEFAULTS } from '../../src/config/model.ts';
import { formatAddress } from '../../src/wire/address.ts';
import { formatPrefix } from '../../src/wire/prefix.ts';

const resolveProgram = (program: string) =>
  program === 'missing' ? { error: 'there is no such program' } : { path: program };

function load(text: string) {
  return loadConfig({ text, file: 'etc/peer.conf', resolveProgram });
}

/** A neighbor that says what it must, and `body`. */
const withNeighbor = (body: string): string =>
  `neighbor 10.0.0.1 {\nlocal-address 10.0.0.2;\nlocal-as 1; peer-as 2;\n${body}\n}`;

function neighborOf(body: string): NeighborConfig {
  const [neighbor] = load(withNeighbor(body)).config.neighbors;
  if (neighbor === undefined) throw new Error('no neighbor');
  return neighbor;
}

function errorsOf(text: string): string[] {
  try {
    load(text);
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    return err.errors.map((error) => error.message);
  }
  return [];
}

const ACCEPTANCE = `group bmp_collector {
    process bmp-watch {
        decoder text;
        encoder text;
        receive {
            parsed;
            update;
            neighbor-changes;
        }
        run /usr/local/bin/bmp-handler.py;
    }

    neighbor 10.0.0.1 {
        router-id 192.168.1.1;
        local-address 192.168.1.1;
        local-as 65001;
        peer-as 65002;
        family {
            ipv4 unicast;
        }
    }
}
`;

describe('the 3.x configuration with a process in a group', () => {
  it('loads, and the process hears of the neighbor', () => {
    const { config, warnings } = load(ACCEPTANCE);
    const today = "('peerline check --migrate' rewrites it)";
    expect(warnings).toEqual([
      `etc/peer.conf:1:1: 'group' is of ExaBGP 3: it is template { neighbor NAME { … } }, and inherit NAME in each neighbor ${today}`,
      `etc/peer.conf:2:5: 'process' is of ExaBGP 3: it stands at the top level, and an api section names it: api { processes [ NAME ]; } ${today}`,
      `etc/peer.conf:3:9: 'decoder' is of ExaBGP 3: commands are read in one way, and it is left out ${today}`,
      `etc/peer.conf:5:9: 'receive' is of ExaBGP 3: what a process is told stands in an api section, api { processes [ NAME ]; receive { … } } ${today}`,
      `etc/peer.conf:2:13: 'bmp-watch' is told events of version 5: for a handler of ExaBGP 3.4 say 'version 3;' in its section, or set api.version`,
    ]);
    expect(config.processes).toEqual([
      {
        name: 'bmp-watch',
        run: ['/usr/local/bin/bmp-handler.py'],
        encoder: 'text',
        respawn: true,
        settings: PROCESS_DEFAULTS,
        version: undefined,
        commandsAll: true,
      },
    ]);
    expect(config.neighbors).toMatchObject([
      {
        localAs: 65001,
        peerAs: 65002,
        routerId: 0xc0a80101,
        families: [257],
        api: [
          {
            processes: ['bmp-watch'],
            neighborChanges: true,
            receive: { parsed: true, kinds: new Set(['update']) },
          },
        ],
      },
    ]);
  });

  it('does so with json, and open', () => {
    const text = ACCEPTANCE.replace('encoder text', 'encoder json').replace('update;', 'update;\nopen;');
    const { config } = load(text);
    expect(config.processes).toMatchObject([{ encoder: 'json' }]);
    expect(config.neighbors[0]?.api[0]?.receive.kinds).toEqual(new Set(['update', 'open']));
  });

  it('whatever the order of process and neighbor', () => {
    const [start = '', process = '', neighbor = ''] = ACCEPTANCE.split(/(?=\n {4}process|\n {4}neighbor)/);
    const swapped = `${start}${neighbor.replace(/\}\s*$/, '')}${process}\n}`;
    expect(load(swapped).config.neighbors).toEqual(load(ACCEPTANCE).config.neighbors);
  });
});

describe('neighbor keywords', () => {
  it.each<[string, Partial<Record<keyof NeighborConfig, unknown>>]>([
    ['description "a b";', { description: 'a b' }],
    ['description a b;', { description: 'a b' }],
    ['router-id 1.2.3.4;', { routerId: 0x01020304 }],
    ['hold-time 0;', { holdTimeSeconds: 0 }],
    ['hold-time 3;', { holdTimeSeconds: 3 }],
    ['local-as auto;', { localAs: undefined }],
    ['peer-as auto;', { peerAs: undefined }],
    ['peer-as 4294967295;', { peerAs: 4294967295 }],
    ['peer-as 1.10;', { peerAs: 65546 }],
    ['router-id 1.2.3.4; local-address auto;', { localAddress: undefined }],
    ['peer-address 10.0.0.9;', { peer: { address: Uint8Array.of(10, 0, 0, 9), length: 32 } }],
    ['passive;', { passive: true }],
    ['passive false;', { passive: false }],
    ['listen 1790; connect 1791;', { listen: 1790, connect: 1791 }],
    ['rate-limit 10;', { rateLimit: 10 }],
    ['rate-limit disable;', { rateLimit: undefined }],
    ['host-name r1; domain-name example.net;', { hostName: 'r1', domainName: 'example.net' }],
    ['group-updates disable; auto-flush false;', { groupUpdates: false, autoFlush: false }],
    [
      'adj-rib-in; adj-rib-out false; manual-eor true;',
      { adjRibIn: false, adjRibOut: false, manualEor: true },
    ],
    ['adj-rib-in true;', { adjRibIn: true }],
    ['adj-rib-out false; capability { route-refresh; }', { adjRibOut: true }],
    ['hold-time 9; hold-time 10;', { holdTimeSeconds: 10 }],
    ['outgoing-ttl disable; incoming-ttl false;', {}],
  ])('%s', (body, expected) => {
    expect(neighborOf(body)).toMatchObject(expected);
  });

  it('has defaults', () => {
    expect(neighborOf('')).toMatchObject({
      description: '',
      routerId: 0x0a000002,
      holdTimeSeconds: 180,
      passive: false,
      groupUpdates: true,
      autoFlush: true,
      adjRibIn: false,
      adjRibOut: true,
      manualEor: false,
      addPathFamilies: undefined,
      api: [],
      routes: [],
    });
  });
});

describe('capability, add-path, nexthop', () => {
  it.each([
    [
      '',
      {
        asn4: true,
        extendedMessage: true,
        routeRefresh: false,
        gracefulRestart: undefined,
        addPath: 'disable',
      },
    ],
    ['graceful-restart;', { gracefulRestart: 0 }],
    ['graceful-restart 1200;', { gracefulRestart: 1200 }],
    ['graceful-restart disable;', { gracefulRestart: undefined }],
    ['add-path send/receive;', { addPath: 'send/receive' }],
    ['add-path disabled;', { addPath: 'disable' }],
    ['asn4 disable; extended-message false;', { asn4: false, extendedMessage: false }],
    [
      'multi-session; operational; aigp enable; nexthop;',
      { multiSession: true, operational: true, aigp: true, nexthop: true },
    ],
    ['software-version; link-local-nexthop;', { softwareVersion: false, linkLocalNexthop: false }],
  ])('capability { %s }', (body, expected) => {
    expect(neighborOf(`capability { ${body} }`).capability).toMatchObject(expected);
  });

  it.each([
    ['ipv4 unicast ipv6;', ['ipv4 unicast']],
    // QUIRK: only IPv4 routes with IPv6 next hops are put in the OPEN, and only where both families are listed
    ['ipv4 unicast ipv6; ipv6 unicast ipv4; ipv4 unicast ipv4;', ['ipv4 unicast']],
    ['ipv4 unicast ipv6; ipv4 unicast ipv6;', ['ipv4 unicast']],
    ['ipv4 nlri-mpls ipv6;', []],
    ['', []],
  ])('nexthop { %s }', (body, expected) => {
    const family = 'family { ipv4 unicast; ipv6 unicast; ipv4 nlri-mpls; }';
    const neighbor = neighborOf(`${family} nexthop { ${body} } capability { nexthop; }`);
    expect(neighbor.nexthops.map(({ family: id }) => familyText(id))).toEqual(expected);
    expect(neighbor.capability.nexthop).toBe(true);
  });

  it('reads the limits of add-path', () => {
    const neighbor = neighborOf('add-path { ipv4 unicast limit 10; ipv6 unicast; ipv4 flow limit 3; }');
    expect(neighbor.pathsLimit).toEqual([{ family: familyId(AFI.ipv4, SAFI.unicast), limit: 10 }]);
  });

  it('reads the families of add-path and nexthop', () => {
    const neighbor = neighborOf(
      'family { ipv4 unicast; ipv4 multicast; ipv6 unicast; } add-path { ipv4 unicast; ipv4 multicast; ipv6 mup; } nexthop { ipv4 unicast ipv6; }',
    );
    expect(neighbor.addPathFamilies).toEqual([familyId(AFI.ipv4, SAFI.unicast)]);
    expect(neighbor.nexthops).toEqual([{ family: familyId(AFI.ipv4, SAFI.unicast), nextHopAfi: AFI.ipv6 }]);
    expect(neighbor.capability.nexthop).toBe(true);
  });
});

describe('family', () => {
  it.each([
    ['ipv6 unicast; ipv4 unicast;', 'ipv4 unicast, ipv6 unicast'],
    ['inet unicast; inet6 multicast;', 'ipv4 unicast, ipv6 multicast'],
    ['ipv4 labeled-unicast;', 'ipv4 nlri-mpls'],
    ['ipv4 sr-policy; bgp-ls bgp-ls; l2vpn evpn;', 'ipv4 sr-policy, l2vpn evpn, bgp-ls bgp-ls'],
    ['minimal;', ''],
  ])('family { %s }', (body, expected) => {
    expect(
      neighborOf(`family { ${body} }`)
        .families.map((id) => familyText(id))
        .join(', '),
    ).toBe(expected);
  });

  it.each(['', 'family { }', 'family { all; }'])('%j is every family', (body) => {
    expect(neighborOf(body).families.map((id) => familyText(id))).toEqual([
      ...['unicast', 'multicast', 'nlri-mpls', 'mcast-vpn', 'mup', 'mpls-vpn', 'rtc', 'flow', 'flow-vpn'].map(
        (safi) => `ipv4 ${safi}`,
      ),
      ...['unicast', 'multicast', 'nlri-mpls', 'mcast-vpn', 'mup', 'mpls-vpn', 'flow', 'flow-vpn'].map(
        (safi) => `ipv6 ${safi}`,
      ),
      'l2vpn vpls',
      'l2vpn evpn',
      'bgp-ls bgp-ls',
      'bgp-ls bgp-ls-vpn',
    ]);
  });
});

describe('process and api', () => {
  const process = 'process p { run /bin/cat -u a(1); encoder json; } process q { run /bin/cat; }\n';

  it('reads processes, defined before or after', () => {
    const text = `${withNeighbor('api { processes [ p, q ]; }')}\n${process}`;
    expect(load(text).config.processes).toEqual([
      {
        name: 'p',
        run: ['/bin/cat', '-u', 'a(1)'],
        encoder: 'json',
        respawn: true,
        settings: PROCESS_DEFAULTS,
        version: undefined,
        commandsAll: false,
      },
      {
        name: 'q',
        run: ['/bin/cat'],
        encoder: 'text',
        respawn: true,
        settings: PROCESS_DEFAULTS,
        version: undefined,
        commandsAll: false,
      },
    ]);
  });

  it('reads several api sections', () => {
    const body = `api one { processes [ p ]; neighbor-changes; negotiated; fsm true; signal false;
      receive { parsed; packets; update; open; } send { consolidate; keepalive; updates; } }
      api { processes [ q ]; processes-match [ "^p" q.* ]; receive { parsed; update; neighbor-changes; } }`;
    const selection = { parsed: false, packets: false, consolidate: false, kinds: new Set() };
    expect(load(process + withNeighbor(body)).config.neighbors[0]?.api).toEqual([
      {
        processes: ['p'],
        processesMatch: [],
        neighborChanges: true,
        negotiated: true,
        fsm: true,
        signal: false,
        snapshot: false,
        gracefulRestart: false,
        receive: { parsed: true, packets: true, consolidate: false, kinds: new Set(['update', 'open']) },
        send: { parsed: false, packets: false, consolidate: true, kinds: new Set(['keepalive', 'update']) },
      },
      {
        processes: ['q', 'p'],
        processesMatch: ['^p', 'q.*'],
        neighborChanges: true,
        negotiated: false,
        fsm: false,
        signal: false,
        snapshot: false,
        gracefulRestart: false,
        receive: { ...selection, parsed: true, kinds: new Set(['update']) },
        send: selection,
      },
    ]);
  });

  it.each([
    'peer-updates;',
    'parse-routes;',
    'receive-routes; neighbor-changes;',
    'neighbor-changes; receive { parsed; updates; }',
  ])('a process with %s is told of its own neighbor', (flat) => {
    const other = 'neighbor 10.0.0.9 { router-id 1.1.1.1; }';
    const { config } = load(`${withNeighbor(`process p { run /bin/cat; ${flat} }`)} ${other}`);
    expect(config.neighbors[0]?.api).toMatchObject([
      { processes: ['p'], neighborChanges: true, receive: { parsed: true, kinds: new Set(['update']) } },
    ]);
    expect(config.neighbors[1]?.api).toEqual([]);
    expect(config.processes).toMatchObject([{ commandsAll: true }]);
  });

  it('a top-level process that says what it receives hears of all neighbors that do not list it', () => {
    const top = 'process p { run /bin/cat; receive { parsed; update; } }\n';
    const { config } = load(
      `${top}${withNeighbor('')} neighbor 10.0.0.9 { router-id 1.1.1.1; api { processes [ p ]; fsm; } }`,
    );
    expect(config.neighbors.map((neighbor) => neighbor.api.length)).toEqual([1, 1]);
    expect(config.neighbors[0]?.api).toMatchObject([{ processes: ['p'], receive: { parsed: true } }]);
    expect(config.neighbors[1]?.api).toMatchObject([
      { processes: ['p'], fsm: true, receive: { parsed: false } },
    ]);
  });

  it('the same 3.x process in two neighbors is one', () => {
    const inner = 'process p { run /bin/cat; neighbor-changes; }';
    const { config } = load(`${withNeighbor(inner)} neighbor 10.0.0.9 { router-id 1.1.1.1; ${inner} }`);
    expect(config.processes).toHaveLength(1);
    expect(config.neighbors.map((neighbor) => neighbor.api.length)).toEqual([1, 1]);
  });

  it.each([4, 5, 6])('a process may speak as version %d', (version) => {
    const text = `process p { run /bin/cat; encoder json; version ${version}; }\n`;
    expect(load(text + withNeighbor('api { processes [ p ]; }')).config.processes).toMatchObject([
      { version },
    ]);
  });

  it('a process whose name matches is told as one that is named', () => {
    const text = `${process}${withNeighbor('api { processes-match [ "^p" "zz" ]; neighbor-changes; }')}`;
    const { config, warnings } = load(text);
    expect(config.neighbors[0]?.api).toMatchObject([{ processes: ['p'], neighborChanges: true }]);
    expect(warnings).toEqual([
      "etc/peer.conf:1:59: no api section names process 'q': it is started, told nothing, and commands no neighbor",
    ]);
  });

  it('of several programs in a process runs the last, and tells', () => {
    const { config, warnings } = load(
      `process p { run /bin/true; run /bin/cat; }${withNeighbor('api { processes [ p ]; }')}`,
    );
    expect(config.processes).toMatchObject([{ run: ['/bin/cat'] }]);
    expect(warnings).toEqual(['etc/peer.conf:1:28: a process runs one program: of several the last is run']);
  });

  it('tells of a receive that selects nothing', () => {
    const text = process + withNeighbor('api { processes [ p ]; receive { update; } }');
    expect(load(text).warnings).toEqual([
      "etc/peer.conf:5:24: 'receive' tells nothing without parsed, packets or consolidate",
      "etc/peer.conf:1:59: no api section names process 'q': it is started, told nothing, and commands no neighbor",
    ]);
  });
});

describe('template and group', () => {
  const template =
    'template { neighbor t { hold-time 30; passive true; family { ipv6 unicast; } capability { asn4 false; } } }\n';

  it("a template's values win, its lists are added", () => {
    const body = 'inherit t; hold-time 60; family { ipv4 unicast; } capability { asn4 true; route-refresh; }';
    const { config, warnings } = load(template + withNeighbor(body));
    expect(warnings).toEqual([]);
    expect(config.neighbors[0]).toMatchObject({
      holdTimeSeconds: 30,
      passive: true,
      families: [257, 513],
      capability: { asn4: false, routeRefresh: true },
    });
  });

  it('of several templates the last wins', () => {
    const two = `${template}template { neighbor u { hold-time 40; } }\n`;
    expect(load(two + withNeighbor('inherit [ t u ];')).config.neighbors[0]?.holdTimeSeconds).toBe(40);
    expect(load(two + withNeighbor('inherit [ u t ];')).config.neighbors[0]?.holdTimeSeconds).toBe(30);
  });

  it('a template may stand behind, and commas between names', () => {
    const u = 'template { neighbor u { hold-time 40; } }\n';
    const behind = load(`${withNeighbor('inherit [ t, u ];')}\n${template}${u}`);
    expect(behind.warnings).toEqual([]);
    expect(behind.config.neighbors[0]?.holdTimeSeconds).toBe(40);
  });

  it('an unknown template is told', () => {
    expect(load(template + withNeighbor('inherit tt;')).warnings).toEqual([
      "etc/peer.conf:5:9: there is no template 'tt': nothing is inherited; did you mean 't'?",
    ]);
  });

  it("a neighbor's values win over its group's, before and after", () => {
    const { config } = load(
      `group { hold-time 30; ${withNeighbor('hold-time 60;')} neighbor 10.0.0.3 { router-id 1.1.1.1; } connect 1790; }`,
    );
    expect(config.neighbors.map(({ holdTimeSeconds, connect }) => [holdTimeSeconds, connect])).toEqual([
      [60, 1790],
      [30, 1790],
    ]);
  });
});

describe('neighbors', () => {
  it('several, of both address families, and ranges', () => {
    const { config, warnings } = load(`neighbor 10.0.0.1 { router-id 1.1.1.1; }
      neighbor 10.0.0.1 { router-id 1.1.1.1; local-address 10.0.0.2; }
      neighbor 2001:db8::1 { router-id 1.1.1.1; local-address 2001:db8::2; }
      neighbor 192.0.2.5/24 { router-id 1.1.1.1; passive; }`);
    expect(
      config.neighbors.map(({ peer, localAddress }) => [
        formatPrefix(peer),
        localAddress && formatAddress(localAddress),
      ]),
    ).toEqual([
      ['10.0.0.1/32', undefined],
      ['10.0.0.1/32', '10.0.0.2'],
      ['2001:db8::1/128', '2001:db8::2'],
      ['192.0.2.0/24', undefined],
    ]);
    expect(warnings).toEqual(['etc/peer.conf:4:16: 192.0.2.5/24 has host bits set, which are ignored']);
  });

  it('takes 3.x words, and shows the modern form', () => {
    const { config, warnings } = load(withNeighbor('route-refresh;\ngraceful-restart 60;'));
    expect(config.neighbors[0]?.capability).toMatchObject({ routeRefresh: true, gracefulRestart: 60 });
    expect(warnings).toEqual([
      "etc/peer.conf:4:1: 'route-refresh' stands in the capability section since 4.0: capability { route-refresh; }",
      "etc/peer.conf:5:1: 'graceful-restart' stands in the capability section since 4.0: capability { graceful-restart 60; }",
    ]);
  });

  it.each([
    ['group-updates; HOLD-TIME 30;', "'HOLD-TIME' is of ExaBGP 3: keywords are in lower case, 'hold-time'"],
    ['capability { route refresh; }', "'route refresh' is written 'route-refresh'"],
    [
      'capability { graceful-restart 7200; }',
      'a restart time has 12 bits (RFC 4724): 4095 seconds are announced',
    ],
    ['process { neighbor-changes; }', 'a process without a name and a program does nothing'],
  ])('takes %s, and tells', (body, told) => {
    const { config, warnings } = load(withNeighbor(body));
    expect(warnings.join('\n')).toContain(told);
    expect(config.processes).toEqual([]);
  });

  it("takes a '}' too many at the end, and tells", () => {
    expect(load(`${withNeighbor('')}}\n`).warnings).toEqual(["etc/peer.conf:5:2: a '}' too many is ignored"]);
  });

  it('tells of words that have no meaning', () => {
    expect(load(withNeighbor('hold-time 30 40; manual-eor;')).warnings).toEqual([
      "etc/peer.conf:4:14: '40' is ignored: hold-time takes no more words",
      "etc/peer.conf:4:18: bare 'manual-eor' means false; write 'manual-eor true' or 'false'",
    ]);
  });

  it('tells of tests of a flow rule that are not in brackets, and takes the first, as ExaBGP', () => {
    const flow = (match: string) =>
      load(withNeighbor(`flow { route r {\nmatch { ${match} }\nthen { rate-limit 9600 slowly; }\n} }`));
    const { config, warnings } = flow('source 10.0.0.0/8; port =80 =8080;');
    expect(warnings).toEqual([
      "etc/peer.conf:5:37: '=8080' is ignored: port takes no more words",
      "etc/peer.conf:6:24: 'slowly' is ignored: rate-limit takes no more words",
    ]);
    expect(config.neighbors[0]?.routes).toEqual(
      flow('source 10.0.0.0/8; port =80;').config.neighbors[0]?.routes,
    );
    expect(() => flow('port =80\ndestination-port =53;')).toThrow("expected ';' after '=80'");
  });
});

describe('bmp', () => {
  it.each([
    ['listen 127.0.0.1:11019;', ['127.0.0.1 11019']],
    ['listen [::1]:11019;', ['::1 11019']],
    ['listen 127.0.0.1:1; listen 127.0.0.1:2;', ['127.0.0.1 1', '127.0.0.1 2']],
    ['listen [ 127.0.0.1:1, [::1]:2 ];', ['127.0.0.1 1', '::1 2']],
    ['listen 127.0.0.1:1 [::1]:2;', ['127.0.0.1 1', '::1 2']],
  ])('%s', (body, expected) => {
    const { config } = load(
      `process watch { run /bin/cat; } bmp { ${body} api { processes [ watch ]; receive { parsed; update; neighbor-changes; } } }`,
    );
    expect(config.bmp[0]?.listen.map(({ address, port }) => `${address} ${port}`)).toEqual(expected);
    expect(config.bmp[0]?.api).toMatchObject([{ processes: ['watch'], neighborChanges: true }]);
  });
});

describe('errors', () => {
  it.each([
    [
      'hold-time 2;',
      "4:11: found '2', expected a hold time of 0 or 3-65535 seconds\nhold-time 2;\n          ^",
    ],
    [
      'hold-time;',
      '4:10: found the end, expected a hold time of 0 or 3-65535 seconds\nhold-time;\n         ^',
    ],
    [
      'router-id 10.0.0;',
      "4:11: found '10.0.0', expected a router id in the form of an IPv4 address\nrouter-id 10.0.0;\n          ^^^^^^",
    ],
    [
      'passive maybe;',
      "4:9: found 'maybe', expected true or false (enable or disable)\npassive maybe;\n        ^^^^^",
    ],
    [
      'peer-as 0;',
      "4:9: found '0', expected an AS number from 1 to 4294967295, or 'auto'\npeer-as 0;\n        ^",
    ],
    [
      'peer-as 4294967296;',
      "4:9: found '4294967296', expected an AS number from 1 to 4294967295, or 'auto'\npeer-as 4294967296;\n        ^^^^^^^^^^",
    ],
    [
      'local-address 10.0.0.300;',
      "4:15: found '10.0.0.300', expected an address, or 'auto'\nlocal-address 10.0.0.300;\n              ^^^^^^^^^^",
    ],
    ['connect 70000;', "4:9: found '70000', expected a port from 1 to 65535\nconnect 70000;\n        ^^^^^"],
    [
      'rate-limit enable;',
      "4:12: found 'enable', expected UPDATEs per second from 1 to 4294967295\nrate-limit enable;\n           ^^^^^^",
    ],
    ['hold-time { }', "4:11: found '{', expected ';'\nhold-time { }\n          ^"],
    ['family;', "4:7: found ';', expected '{'\nfamily;\n      ^"],
    [
      'family { ipv4 unicst; }',
      "4:15: found 'unicst', expected a SAFI of ipv4 (unicast, multicast, nlri-mpls, mcast-vpn, mup, mpls-vpn, rtc, flow, flow-vpn, sr-policy)\nfamily { ipv4 unicst; }\n              ^^^^^^\ndid you mean 'unicast'?",
    ],
    [
      'family { ipv5 unicast; }',
      "4:10: found 'ipv5', expected a keyword of family (all, minimal, ipv4, ipv6, l2vpn, bgp-ls, inet, inet4, inet6)\nfamily { ipv5 unicast; }\n         ^^^^\ndid you mean 'ipv4'?",
    ],
    [
      'family { ipv4 unicast; ipv4 unicast; }',
      '4:29: ipv4 unicast is listed twice\nfamily { ipv4 unicast; ipv4 unicast; }\n                            ^^^^^^^',
    ],
    [
      'capability { add-path; }',
      '4:22: found the end, expected an add-path direction (disable, send, receive, send/receive)\ncapability { add-path; }\n                     ^',
    ],
    [
      'capability { graceful-restart 70000; }',
      "4:31: found '70000', expected a restart time in seconds from 0 to 65535\ncapability { graceful-restart 70000; }\n                              ^^^^^",
    ],
    [
      'nexthop { ipv4 unicast ipv5; }',
      "4:24: found 'ipv5', expected the AFI of the next hop (ipv4, ipv6)\nnexthop { ipv4 unicast ipv5; }\n                       ^^^^\ndid you mean 'ipv4'?",
    ],
    [
      'api { processes [ nope ]; }',
      "4:19: found 'nope', expected the name of a process (none is defined)\napi { processes [ nope ]; }\n                  ^^^^",
    ],
    [
      'api { processes-match [ "(" ]; }',
      `4:25: found '(', expected a regular expression that can be read\napi { processes-match [ "(" ]; }\n                        ^^^`,
    ],
    [
      'api a { } api a { }',
      "4:15: found 'a', expected another name: the api section of line 4 is called 'a'\napi a { } api a { }\n              ^",
    ],
    [
      'peer-address 2001:db8::1;',
      '1:10: local-address 10.0.0.2 and neighbor 10.0.0.1 are not of one address family\nneighbor 10.0.0.1 {\n         ^^^^^^^^',
    ],
    [
      'local-address auto;',
      '1:10: neighbor 10.0.0.1 needs a router-id: it has no IPv4 local-address to take it from\nneighbor 10.0.0.1 {\n         ^^^^^^^^',
    ],
    [
      'static { route 10.0.0.0/8 next-hop self\nroute 10.0.0.0/9 next-hop self; }',
      "5:1: found 'route', expected ';' after 'self'\nroute 10.0.0.0/9 next-hop self; }\n^^^^^",
    ],
    ['hold-time 30\nconnect 3;', "5:1: found 'connect', expected ';' after '30'\nconnect 3;\n^^^^^^^"],
    ['passive', "5:1: found '}', expected ';' or '{'\n}\n^"],
  ])('%j', (body, message) => {
    expect(errorsOf(withNeighbor(body))).toEqual([`etc/peer.conf:${message}`]);
  });

  it.each([
    ['', '1:1: found the end, expected a section (process, template, group, neighbor, bmp)\n\n^'],
    [
      'nieghbor 1.2.3.4 { }',
      "1:1: found 'nieghbor', expected a keyword of the file (process, template, group, neighbor, bmp)\nnieghbor 1.2.3.4 { }\n^^^^^^^^\ndid you mean 'neighbor'?",
    ],
    [
      'neighbor 10.0.0.0/33 { }',
      "1:10: found '10.0.0.0/33', expected a prefix length from 0 to 32\nneighbor 10.0.0.0/33 { }\n         ^^^^^^^^^^^",
    ],
    [
      'neighbor x { }',
      "1:10: found 'x', expected the address of a neighbor, or a range of them\nneighbor x { }\n         ^",
    ],
    [
      'neighbor 10.0.0.0/24 { router-id 1.1.1.1; }',
      "1:10: 10.0.0.0/24 is a range of neighbors, which needs 'passive true'\nneighbor 10.0.0.0/24 { router-id 1.1.1.1; }\n         ^^^^^^^^^^^",
    ],
    [
      'neighbor 10.0.0.1 { router-id 1.1.1.1; }\nneighbor 10.0.0.1 { router-id 1.1.1.1; }',
      '2:10: neighbor 10.0.0.1 is defined twice\nneighbor 10.0.0.1 { router-id 1.1.1.1; }\n         ^^^^^^^^',
    ],
    ['process p { }', "1:9: process 'p' has no 'run'\nprocess p { }\n        ^"],
    [
      'process p { run missing; }',
      "1:17: 'missing' cannot be run: there is no such program\nprocess p { run missing; }\n                ^^^^^^^",
    ],
    [
      'process p { run /bin/cat; encoder xml; }',
      "1:35: found 'xml', expected an encoder (text, json)\nprocess p { run /bin/cat; encoder xml; }\n                                  ^^^",
    ],
    [
      'process p { run /bin/cat; } process p { run /bin/cat; }',
      "1:37: a process called 'p' is defined before, with another 'run' or elsewhere\nprocess p { run /bin/cat; } process p { run /bin/cat; }\n                                    ^",
    ],
    [
      'process watch { run /bin/cat; } neighbor 1.1.1.1 { router-id 1.1.1.1; api { processes [ wacth ]; } }',
      "1:89: found 'wacth', expected the name of a process (watch)\nprocess watch { run /bin/cat; } neighbor 1.1.1.1 { router-id 1.1.1.1; api { processes [ wacth ]; } }\n                                                                                        ^^^^^\ndid you mean 'watch'?",
    ],
    [
      'template { neighbor a/b { } }',
      "1:21: found 'a/b', expected a name of letters, digits, dots, dashes and underlines\ntemplate { neighbor a/b { } }\n                    ^^^",
    ],
    ['bmp { }', "1:1: the bmp section has no 'listen', 'connect' or 'export'\nbmp { }\n^^^"],
    [
      'bmp { listen 11019; }',
      "1:14: found '11019', expected ADDRESS:PORT, as 127.0.0.1:11019 or [::1]:11019\nbmp { listen 11019; }\n             ^^^^^",
    ],
    [
      'bmp { listen 127.0.0.1:70000; }',
      "1:14: found '127.0.0.1:70000', expected ADDRESS:PORT, as 127.0.0.1:11019 or [::1]:11019\nbmp { listen 127.0.0.1:70000; }\n             ^^^^^^^^^^^^^^^",
    ],
  ])('%j', (text, message) => {
    expect(errorsOf(text)).toEqual([`etc/peer.conf:${message}`]);
  });

  it('lists an unknown keyword with all that are allowed, and the nearest', () => {
    const [message = ''] = errorsOf(withNeighbor('hold-tiem 30;'));
    expect(message).toMatch(
      /^etc\/peer\.conf:4:1: found 'hold-tiem', expected a keyword of neighbor \(inherit, .*announce/,
    );
    expect(message).toMatch(/\nhold-tiem 30;\n\^{9}\ndid you mean 'hold-time'\?$/);
  });

  it('reports all of the file in one run, in its order', () => {
    const text = withNeighbor(
      'hold-time 1;\npasive;\nfamily { ipv4 unicst; }\ndescription "open;\nconnect 0;',
    );
    expect(errorsOf(text).map((message) => message.split(':').slice(0, 3).join(':'))).toEqual([
      'etc/peer.conf:4:11',
      'etc/peer.conf:5:1',
      'etc/peer.conf:6:15',
      'etc/peer.conf:7:13',
      'etc/peer.conf:8:9',
    ]);
  });
});

it('neighbors that say the same share it, but never a password', () => {
  const one = (n: number, more = '') =>
    `neighbor 10.0.0.${n} { local-address 10.0.1.1; local-as 1; peer-as 2; family { ipv4 unicast; } ${more} }\n`;
  const text = `${one(1)}${one(2)}${one(3, "md5-password 'a';")}${one(4, "md5-password 'b';")}${one(5, 'outgoing-ttl 3;')}`;
  const [a, b, c, d, e] = load(text).config.neighbors;
  for (const key of ['capability', 'families', 'api', 'localAddress', 'protection'] as const)
    expect(b?.[key], key).toBe(a?.[key]);
  const password = (neighbor: NeighborConfig | undefined) =>
    Buffer.from(neighbor?.protection.md5?.reveal() ?? []).toString();
  expect([c, d, e].map(password)).toEqual(['a', 'b', '']);
  expect([a, c, e].map((neighbor) => neighbor?.protection.ttl)).toEqual([undefined, undefined, 3]);
  expect(c?.families).toBe(a?.families);
});

it('gives back control again and again while it checks many routes', () => {
  const stepsOf = (routes: number) => {
    const lines = Array.from(
      { length: routes },
      (_, n) => `route 10.${n >> 8}.${n & 255}.0/24 next-hop self;`,
    );
    const work = loadingConfig({ text: withNeighbor(`static { ${lines.join('\n')} }`), file: 'p.conf' });
    let steps = 0;
    while (work.next().done !== true) steps++;
    return steps;
  };
  const [few, many] = [stepsOf(1024), stepsOf(21 * 1024)];
  // 64 statements at a time, 32 KiB of text, 4096 lines, and four times all routes, 1024 at a time
  expect(many - few).toBeGreaterThanOrEqual((20 * 1024) / 64 + 20 + 5 + 4 * 20);
});
