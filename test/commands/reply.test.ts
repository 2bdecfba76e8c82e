import { describe, expect, it } from 'vitest';
import { AFI, familyId, IPV4_UNICAST, IPV6_UNICAST, SAFI } from '../../src/bgp/family.ts';
import { CommandError } from '../../src/commands/command-error.ts';
import { durationText, type NeighborStatus } from '../../src/commands/neighbor-status.ts';
import { parseCommand } from '../../src/commands/parse.ts';
import {
  endOf,
  errorLines,
  helpLines,
  pingLines,
  progressLines,
  statusLines,
  versionLines,
} from '../../src/commands/reply.ts';
import { adjRibLine, isShownFamily } from '../../src/commands/show-adj-rib.ts';
import { neighborLines } from '../../src/commands/show-neighbor.ts';
import { COMMANDS } from '../../src/commands/table.ts';

const NAME =
  'neighbor 127.0.0.1 local-ip 127.0.0.1 local-as 65000 peer-as 65001 router-id 10.0.0.1 family-allowed in-open';
const none = { send: false, receive: false };

const UP: NeighborStatus = {
  name: NAME,
  configuration: () => ['neighbor 127.0.0.1 {', '\trouter-id 10.0.0.1;', '}'],
  peerAddress: '127.0.0.1',
  localAddress: '127.0.0.1',
  localAs: 65000,
  peerAs: 65001,
  localId: '10.0.0.1',
  peerId: '10.0.0.2',
  state: 'established',
  seconds: 15.7,
  localHoldTimeSeconds: 180,
  peerHoldTimeSeconds: 90,
  capabilities: [
    { name: 'asn4', local: true, peer: true },
    { name: 'extended-message', local: true, peer: false },
  ],
  families: [
    { family: IPV4_UNICAST, local: true, peer: true, addPath: none },
    { family: IPV6_UNICAST, local: true, peer: false, addPath: { send: true, receive: true } },
  ],
  sent: { open: 1, notification: 0, keepalive: 1, update: 25, refresh: 1 },
  received: { open: 1, notification: 0, keepalive: 2, update: 0, refresh: 0 },
};

const { peerId: _, peerHoldTimeSeconds: __, ...known } = UP;
const DOWN: NeighborStatus = {
  ...known,
  peerId: undefined,
  peerHoldTimeSeconds: undefined,
  state: 'idle',
  capabilities: [{ name: 'asn4', local: true, peer: undefined }],
  sent: { open: 0, notification: 0, keepalive: 0, update: 0, refresh: 0 },
};

describe('terminal lines', () => {
  it.each([
    ['done', 'done'],
    ['@x:1 error', 'error'],
    ['#7 done', 'done'],
    ['{"type": "reply", "id": 1, "status": "done"}', 'done'],
    ['{"type": "reply", "status": "error", "column": 1, "reason": "why"}', 'error'],
    ['{"type": "reply", "id": ", \\"status\\": \\"done\\"", "line": "x"}', undefined],
    ['@x not done', undefined],
    ['error: why', undefined],
    ['{"status": "done"}', undefined],
  ])('%s', (line, end) => expect(endOf(line)).toBe(end));

  const error = new CommandError(7, 'found \u0007');
  it.each([
    [5, undefined, ['error']],
    [4, false, ['error']],
    [5, true, ['error: column 7: found \\x07', 'error']],
    [6, undefined, ['error: column 7: found \\x07', 'error']],
  ] as const)('version %s, reasons %s', (version, reasons, lines) => {
    expect(errorLines(error, { version, ...(reasons === undefined ? {} : { reasons }) })).toEqual(lines);
  });
});

it('what a command has of control characters is escaped once', () => {
  expect(() => parseCommand('\u001b[A')).toThrow("found '\\x1b'");
});

describe('small replies', () => {
  it('are what ExaBGP says', () => {
    expect(versionLines('peerline', '1.2.3')).toEqual(['peerline 1.2.3']);
    expect(progressLines('reload')).toEqual(['reload in progress']);
    expect(progressLines('reset')).toEqual(['asynchronous queue cleared']);
    expect(pingLines('', 'u-1')).toEqual(['{"pong": "u-1", "active": true}']);
    expect(pingLines('text', 'u-1')).toEqual(['pong u-1 active=true']);
  });

  it('status', () => {
    const neighbors = [{ name: NAME, state: 'established' }];
    const status = {
      program: 'Peerline',
      version: '1.2.3',
      uuid: 'u-1',
      pid: 7,
      startedMs: 0,
      upSeconds: 3723,
      neighbors,
    };
    expect(statusLines(status)).toEqual([
      'Peerline Daemon Status',
      '======================',
      'Version: 1.2.3',
      'UUID: u-1',
      'PID: 7',
      'Uptime: 1h 2m 3s',
      'Peers: 1',
      `  - ${NAME}: ESTABLISHED`,
    ]);
  });

  it('help names every command', () => {
    const text = helpLines().join('\n');
    for (const row of COMMANDS) for (const words of row.words) expect(text).toContain(words);
    for (const line of helpLines()) expect(line).not.toContain('\n');
    // lines that end a reply for those who read it
    for (const end of ['shutdown', 'done', 'error']) expect(helpLines()).not.toContain(end);
  });

  it.each([
    [0, '0:00:00'],
    [15.9, '0:00:15'],
    [86_399, '23:59:59'],
    [86_400, '1 day, 0:00:00'],
    [200_000, '2 days, 7:33:20'],
  ])('%d seconds', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe('show neighbor', () => {
  it('hints without a form', () => {
    expect(neighborLines(undefined, [], 5)[0]).toBe('please specify summary, extensive or configuration');
    expect(neighborLines(undefined, [], 6)).toHaveLength(1);
  });

  it('summary', () => {
    expect(neighborLines('summary', [UP, DOWN], 5)).toEqual([
      'Peer            AS        up/down state       |     #sent     #recvd',
      '127.0.0.1       65001     0:00:15 established          25          0',
      '127.0.0.1       65001        down idle                  0          0',
    ]);
  });

  it('summary of version 4 leaves out who has no session', () => {
    expect(neighborLines('summary', [UP, DOWN], 4)).toHaveLength(2);
  });

  it('extensive', () => {
    expect(neighborLines('extensive', [UP], 5)).toEqual([
      'Neighbor 127.0.0.1',
      '',
      '  Session                         Local',
      '   local                      127.0.0.1                                ',
      '   state                    ESTABLISHED                                ',
      '   up for                       0:00:15                                ',
      '',
      '  Setup                           Local          Remote',
      '   AS                             65000           65001                ',
      '   ID                          10.0.0.1        10.0.0.2                ',
      '   hold-time                        180              90                ',
      '',
      '  Capability                      Local          Remote',
      '   asn4:                        enabled         enabled                ',
      '   extended-message:            enabled        disabled                ',
      '',
      '  Families                        Local          Remote        Add-Path',
      '   ipv4 unicast:                enabled         enabled        disabled',
      '   ipv6 unicast:                enabled        disabled    send/receive',
      '',
      '  Message Statistic                Sent        Received',
      '   open:                              1               1                ',
      '   notification:                      0               0                ',
      '   keepalive:                         1               2                ',
      '   update:                           25               0                ',
      '   refresh:                           1               0                ',
      '   total:                            28               3                ',
      '',
    ]);
  });

  it('has the paths that are held back where the peer limits them', () => {
    const [first, ...others] = UP.families;
    if (first === undefined) throw new Error('no family');
    const limited = {
      ...UP,
      families: [{ ...first, pathsLimit: { limit: 2, heldBack: 30 } }, ...others],
    };
    const lines = neighborLines('extensive', [limited], 5);
    expect(lines.slice(lines.indexOf('  Message Statistic                Sent        Received') - 3)).toEqual(
      [
        '  Paths Limit                     Limit       Held Back',
        '   ipv4 unicast:                      2              30                ',
        '',
        ...neighborLines('extensive', [UP], 5).slice(-8),
      ],
    );
    const [json = ''] = neighborLines('json', [limited], 5);
    expect(JSON.parse(json)[0]['paths-limit']).toEqual({ 'ipv4 unicast': { limit: 2, 'held-back': 30 } });
  });

  it('configuration', () => {
    expect(neighborLines('configuration', [UP, UP], 5)).toEqual([
      ...UP.configuration(),
      ...UP.configuration(),
    ]);
  });

  it('json', () => {
    const [line = ''] = neighborLines('json', [UP], 5);
    expect(line).toBe(
      '[{"state": "up", "duration": 15, "fsm": "ESTABLISHED", ' +
        '"local": {"capabilities": {"asn4": true, "extended-message": true}, ' +
        '"families": {"ipv4 unicast": true, "ipv6 unicast": true}, ' +
        '"add-path": {"ipv4 unicast": false, "ipv6 unicast": true}, ' +
        '"address": "127.0.0.1", "as": 65000, "id": "10.0.0.1", "hold": 180}, ' +
        '"peer": {"capabilities": {"asn4": true, "extended-message": false}, ' +
        '"families": {"ipv4 unicast": true, "ipv6 unicast": false}, ' +
        '"add-path": {"ipv4 unicast": false, "ipv6 unicast": true}, ' +
        '"address": "127.0.0.1", "as": 65001, "id": "10.0.0.2", "hold": 90}, ' +
        '"messages": {"sent": {"open": 1, "notification": 0, "keepalive": 1, "update": 25, "refresh": 1, "total": 28}, ' +
        '"received": {"open": 1, "notification": 0, "keepalive": 2, "update": 0, "refresh": 0, "total": 3}}, ' +
        '"capabilities": ["asn4"], "families": ["ipv4 unicast"], ' +
        '"add-path": {"ipv4 unicast": "disabled", "ipv6 unicast": "send/receive"}}]',
    );
    expect(JSON.parse(neighborLines('json', [DOWN], 6)[0] ?? '')).toMatchObject([
      { peer: { id: null }, state: 'down' },
    ]);
  });

  it('list', () => {
    expect(neighborLines('list', [UP], 6)).toEqual([
      '[{"peer-address": "127.0.0.1", "peer-as": 65001, "state": "ESTABLISHED"}]',
    ]);
  });
});

describe('show adj-rib', () => {
  const command = parseCommand(
    'announce route 10.2.0.0/16 next-hop 10.0.0.1 as-path [ 1 2 3 ] med 100 community [ 65000:1 65000:2 ]',
  );
  const [route] = 'routes' in command ? command.routes : [];
  if (route === undefined) throw new Error('no route');
  const brief = { extensive: false, json: false, filter: undefined };
  const neighbor = { name: NAME, peerAddress: '127.0.0.1' };

  it.each([
    [4, brief, 'neighbor 127.0.0.1 ipv4 unicast 10.2.0.0/16 next-hop 10.0.0.1'],
    [5, brief, '127.0.0.1 ipv4 unicast 10.2.0.0/16 next-hop 10.0.0.1'],
    [6, brief, '{"127.0.0.1": {"routes": [{"family": "ipv4 unicast", "prefix": "10.2.0.0/16"}]}}'],
    [
      4,
      { ...brief, extensive: true },
      `${NAME} ipv4 unicast 10.2.0.0/16 next-hop 10.0.0.1 as-path [ 1 2 3 ] med 100 community [ 65000:1 65000:2 ]`,
    ],
    [
      5,
      { ...brief, json: true },
      '{"127.0.0.1": {"routes": [{"prefix": "10.2.0.0/16", "family": "ipv4 unicast"}]}}',
    ],
    [5, { ...brief, filter: 'flow' }, undefined],
  ] as const)('version %s %o', (version, request, line) => {
    expect(adjRibLine(route, neighbor, { request, version })).toBe(line);
  });

  it('json with everything', () => {
    const request = { ...brief, json: true };
    const lines: readonly (readonly [string, string])[] = [
      [
        'announce route 10.2.0.0/16 next-hop 10.0.0.1 as-path [ 1 2 3 ] med 100 community [ 65000:1 65000:2 ]',
        '{"peer": {"address": "127.0.0.1"}, "route": {"nlri": {"prefix": "10.2.0.0/16", "nexthop": "10.0.0.1", "family": {"afi": "ipv4", "safi": "unicast"}}, "attributes": {"as-path": {"0": {"element": "as-sequence", "value": [1, 2, 3]}}, "med": 100, "community": ["65000:1", "65000:2"]}}}',
      ],
      [
        'announce flow route { match { destination 10.5.0.0/24; } then { discard; } }',
        '{"peer": {"address": "127.0.0.1"}, "route": {"nlri": {"rules": {"destination-ipv4": ["10.5.0.0/24"]}, "nexthop": null, "rd": null, "family": {"afi": "ipv4", "safi": "flow"}}, "attributes": {"extended-community": ["rate-limit:0"]}}}',
      ],
      [
        'announce vpls rd 192.168.201.1:123 endpoint 5 base 10702 offset 1 size 8 next-hop 192.168.201.1',
        '{"peer": {"address": "127.0.0.1"}, "route": {"nlri": {"rd": "192.168.201.1:123", "endpoint": 5, "base": 10702, "offset": 1, "size": 8, "nexthop": "192.168.201.1", "family": {"afi": "l2vpn", "safi": "vpls"}}, "attributes": {}}}',
      ],
    ];
    for (const [line, expected] of lines) {
      const told = parseCommand(line);
      const shown = 'routes' in told ? told.routes[0] : undefined;
      if (shown === undefined) throw new Error(`no route: ${line}`);
      expect(adjRibLine(shown, neighbor, { request, version: 5, format: 'v2' })).toBe(expected);
      const whole = { request: { ...request, extensive: true }, version: 5 } as const;
      expect(adjRibLine(shown, neighbor, whole)).toBe(expected);
    }
  });

  it('with next hop and attributes, member by member', () => {
    const request = { ...brief, json: true, extensive: true };
    expect(JSON.parse(adjRibLine(route, neighbor, { request, version: 5 }) ?? '')).toMatchObject({
      peer: { address: '127.0.0.1' },
      route: {
        nlri: { prefix: '10.2.0.0/16', nexthop: '10.0.0.1', family: { afi: 'ipv4', safi: 'unicast' } },
        attributes: { med: 100, 'as-path': { 0: { value: [1, 2, 3] } } },
      },
    });
  });

  it.each([
    [IPV4_UNICAST, 'inet'],
    [IPV6_UNICAST, 'inet'],
    [familyId(AFI.ipv4, SAFI.flow), 'flow'],
    [familyId(AFI.l2vpn, SAFI.vpls), 'l2vpn'],
  ] as const)('family %s is of %s', (family, filter) => {
    const filters = (['inet', 'flow', 'l2vpn'] as const).filter((each) => isShownFamily(family, each));
    expect(filters).toEqual([filter]);
    expect(isShownFamily(family, undefined)).toBe(true);
  });
});
