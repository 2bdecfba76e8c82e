import { describe, expect, it } from 'vitest';
import type { Peer } from '../../src/daemon/peer.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import { OPTIONS } from '../rib/neighbor.ts';
import { neighbor, rig } from './rig.ts';

/** The grammar of ExaBGP 6, line by line, and what each is answered: `_` stands for what differs from run to run. */

const HOP = 'next-hop 192.0.2.9';
const FULL = 'local-ip auto local-as 1 peer-as 2 router-id 1.1.1.1 family-allowed in-open';
const INDEX = /"index": "[\da-f]+"/;
const UUID = /[\da-f]{8}-[\da-f-]{27}/;

type Row = readonly [line: string, ...replies: string[]];

const STATUS = {
  program: 'Peerline',
  version: '1',
  uuid: '9acf5339-a3b5-45ae-9093-d4f8539f29a2',
  pid: 7,
  startedMs: 1500,
  upSeconds: 61.7,
  neighbors: [{ name: `neighbor 192.0.2.1 ${FULL}`, state: 'established' }],
};

const CONTROL = {
  shutdown: () => undefined,
  reload: () => undefined,
  restart: () => undefined,
  status: () => STATUS,
  processes: () => [],
  ready: () => undefined,
  createNeighbor: () => true,
  deleteNeighbor: () => false,
};

/** A daemon with one neighbor and one route. */
function daemon() {
  const calls = neighbor();
  const peer = { ...calls.peer, adjRibOut: new AdjRibOut(OPTIONS) } as unknown as Peer;
  const { replies, say } = rig([peer], 6, { control: CONTROL, reasons: false });
  const ask = (line: string) => {
    say(line);
    return replies.splice(0).map((each) => each.replace(INDEX, '"index": "_"').replace(UUID, '_'));
  };
  ask(`peer * announce route 10.6.0.0/24 ${HOP}`);
  return { ask, calls: calls.calls };
}

const ROWS: readonly Row[] = [
  ['daemon shutdown', '{"status": "shutdown in progress"}', 'done'],
  ['daemon reload', '{"status": "reload in progress"}', 'done'],
  ['daemon restart', '{"status": "restart in progress"}', 'done'],
  [
    'daemon status',
    '{"version": "1", "uuid": "_", "pid": 7, "uptime": 61, "start_time": 1.5, ' +
      `"peers": {"neighbor 192.0.2.1 ${FULL}": "ESTABLISHED"}}`,
    'done',
  ],
  ['session ack enable', 'done'],
  ['session ack disable', 'done'],
  ['session ack silence'],
  ['session sync enable', 'done'],
  ['session sync disable', 'done'],
  ['session reset', '{"status": "asynchronous queue cleared"}', 'done'],
  ['session ping', '{"pong": "_", "active": true}', 'done'],
  ['session ping text', 'pong _ active=true', 'done'],
  ['session bye 9acf5339-a3b5-45ae-9093-d4f8539f29a2', 'done'],
  ['session bogus', 'error: _', 'error'],
  ['system version', '{"version": "1", "application": "peerline"}', 'done'],
  ['system queue-status', '{}', 'done'],
  ['system api version', '{"api_version": 6, "description": "json-only"}', 'done'],
  [
    'system api version 4',
    '{"status": "API version set", "version": 4, "note": "effective on next process restart"}',
    'done',
  ],
  ['system api version 3', '{"error": "API version must be 4, 5 or 6"}', 'error'],
  ['system crash', 'error: _', 'error'],
  [
    'rib show out',
    '{"192.0.2.1": {"routes": [{"family": "ipv4 unicast", "prefix": "10.6.0.0/24"}]}}',
    'done',
  ],
  [
    'rib show out 192.0.2.1',
    '{"192.0.2.1": {"routes": [{"family": "ipv4 unicast", "prefix": "10.6.0.0/24"}]}}',
    'done',
  ],
  ['rib show out 192.0.2.9', 'done'],
  ['rib show in', 'done'],
  ['rib show', 'error: _', 'error'],
  ['rib flush out', 'done'],
  ['rib clear in', 'done'],
  ['rib clear out', 'done'],
  ['peer show 192.0.2.9', '[]', 'done'],
  ['peer 192.0.2.9 show summary', '[]', 'done'],
  ['peer create 192.0.2.7 local-address 192.0.2.8 local-as 1 peer-as 2', 'done'],
  ['peer create 192.0.2.7 local-ip 192.0.2.8 local-as 1 peer-as 2 router-id 1.2.3.4', 'done'],
  [
    'peer create 192.0.2.7 local-ip 192.0.2.8 local-as 1 peer-as 2 family-allowed ipv4-unicast/ipv6-unicast ' +
      'graceful-restart 120 group-updates true api cat',
    'done',
  ],
  [
    'peer create 192.0.2.7 local-address 192.0.2.8 local-as 1',
    'error: column 57: found the end, expected missing required parameters: peer-as',
    'error',
  ],
  ['peer create 192.0.2.7 local-address 192.0.2.8 local-as 1 peer-as 2 constructor x', 'error: _', 'error'],
  ['peer delete 192.0.2.9', 'error: _', 'error'],
  [`peer * announce route 10.7.0.0/24 ${HOP}`, 'done'],
  [`peer 192.0.2.1 announce route 10.7.0.0/24 ${HOP} med 5`, 'done'],
  [`peer 192.0.2.1 ${FULL} announce route 10.7.0.0/24 ${HOP}`, 'done'],
  [`peer [192.0.2.1 peer-as 2, 192.0.2.9] announce route 10.7.0.0/24 ${HOP}`, 'done'],
  [`peer 192.0.2.1 peer-as 3 announce route 10.7.0.0/24 ${HOP}`, 'error: _', 'error'],
  [`peer * peer-as 2 announce route 10.7.0.0/24 ${HOP}`, 'error: _', 'error'],
  ['peer * withdraw route 10.6.0.0/24', 'done'],
  [`peer * announce attributes ${HOP} nlri 10.7.0.0/24 10.8.0.0/24`, 'done'],
  [`peer * announce ipv4 unicast 10.7.0.0/24 ${HOP}`, 'done'],
  ['peer * announce flow route destination 10.0.0.0/8 protocol tcp discard', 'done'],
  ['peer * announce watchdog dog', 'done'],
  ['peer * announce bogus', 'error: _', 'error'],
  ['peer * announce route 10.7.0.0/24', 'error: _', 'error'],
  ['peer * announce route bad', 'error: _', 'error'],
  ['peer 192.0.2.1 teardown 4', 'done'],
  ['peer 192.0.2.1 teardown x', 'error: _', 'error'],
  [
    'peer * routes list',
    `[{"index": "_", "route": "10.6.0.0/24 ${HOP}", "neighbor": "neighbor 192.0.2.1 ${FULL}"}]`,
  ],
  [
    `peer * routes add route 10.7.0.0/24 ${HOP}`,
    `{"index": "_", "route": "10.7.0.0/24 ${HOP}", "success": true}`,
  ],
  [
    `peer * routes remove route 10.6.0.0/24 ${HOP}`,
    `{"removed": true, "route": "10.6.0.0/24 ${HOP}", "index": "_"}`,
  ],
  ['peer * routes remove index 00', '{"removed": false, "index": "_"}'],
  ['peer * routes bogus', 'error: _', 'error'],
  ['group start', '{"status": "group started"}', 'done'],
  ['group end', '{"error": "not in group block"}', 'error'],
  [
    `peer * group announce route 10.7.5.0/24 ${HOP} ; withdraw route 10.6.0.0/24`,
    '{"status": "group processed", "announced": 1, "withdrawn": 1}',
    'done',
  ],
  ['system version json', '{"version": "1", "application": "peerline"}', 'done'],
  ['peer * withdraw route 10.6.0.0/24 text', 'done'],
  ['peer * withdraw route 10.6.0.0/24 async', 'done'],
  ['', 'done'],
  ['# anything', 'done'],
];

describe('version 6', () => {
  it.each(ROWS)('%s', (line, ...replies) => {
    const { ask } = daemon();
    const expected = replies.map((each) => (each === 'error: _' ? expect.stringMatching(/^error: ./) : each));
    expect(ask(line)).toEqual(expected);
  });

  it('system help says of each command whether it takes neighbors', () => {
    const [json = '', done] = daemon().ask('system help');
    expect(done).toBe('done');
    expect(JSON.parse(json)).toMatchObject({
      description: expect.any(String),
      peer_filters: expect.any(Array),
    });
    const { commands } = JSON.parse(json);
    const takes = (command: string) =>
      commands.find((row: { command: string }) => row.command === command)?.neighbor_support;
    expect(['teardown', 'rib clear', 'daemon reload'].map(takes)).toEqual([true, true, false]);
  });

  it('goes by what was said of answers before', () => {
    const { ask } = daemon();
    expect(['session ack disable', 'rib flush out', 'session ack enable'].flatMap(ask)).toEqual([
      'done',
      'done',
    ]);
    expect(['session ack silence', 'bogus', 'system version', 'session ack enable'].flatMap(ask)).toEqual([
      '{"version": "1", "application": "peerline"}',
      'done',
    ]);
  });

  it('holds the commands of a group back, and answers each', () => {
    const { ask, calls } = daemon();
    const lines = ['group start', `announce route 10.7.0.0/24 ${HOP}`, `peer * withdraw route 10.6.0.0/24`];
    expect(lines.flatMap(ask)).toEqual(['{"status": "group started"}', 'done', 'done', 'done']);
    expect(ask('rib show out')).toHaveLength(2);
    expect(ask('group end')).toEqual([
      '{"status": "group processed", "announced": 1, "withdrawn": 1}',
      'done',
    ]);
    expect(ask('rib show out')[0]).toContain('10.7.0.0/24');
    expect(calls).toEqual([]);
  });
});
