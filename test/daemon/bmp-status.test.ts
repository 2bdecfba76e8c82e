import { describe, expect, it } from 'vitest';
import { encodeBmp } from '../../src/bmp/index.ts';
import type { BmpMessage } from '../../src/bmp/messages.ts';
import { BmpRouter } from '../../src/bmp/router.ts';
import { parseCommand } from '../../src/commands/parse.ts';
import type { BmpConnection } from '../../src/daemon/bmp-connection.ts';
import { RouterMemories } from '../../src/daemon/bmp-memories.ts';
import { bmpLines } from '../../src/daemon/bmp-status.ts';
import type { BmpStation } from '../../src/daemon/station.ts';
import { BMP_VIEWS } from '../../src/events/event.ts';
import { header, initiation, monitoring, peerUp, update } from '../bmp/samples.ts';

const NOW = 1_000_000;
const LATER = NOW + 3_725_000;

/** A station as `show bmp` sees it: one router, which was told these messages. */
function station(...messages: BmpMessage[]): BmpStation {
  const memories = new RouterMemories(new Set(BMP_VIEWS), 900_000, 100);
  const router = new BmpRouter({
    router: '203.0.113.9:40001',
    now: () => NOW,
    emit: () => undefined,
    remember: (name) => memories.of(`203.0.113.9 ${name}`, [], NOW),
  });
  for (const message of messages) router.receive(encodeBmp(message));
  const connections = [{ router, startedMs: NOW } as unknown as BmpConnection];
  return { connections, memories, nameOf: () => undefined } as unknown as BmpStation;
}

const TOLD: BmpMessage[] = [
  initiation('edge1'),
  { type: 'peer-up', peer: header(), up: peerUp() },
  monitoring(update(['10.0.0.0/8', '10.1.0.0/16', '192.0.2.0/24'])),
  monitoring(update(['10.1.0.0/16'], { asns: [65002, 65009] }), { flags: 0x40 }),
];

function show(command: string, ...messages: BmpMessage[]): string[] {
  const parsed = parseCommand(command);
  if (parsed.type !== 'show-bmp') throw new RangeError(parsed.type);
  return [
    ...bmpLines(
      { stations: [station(...(messages.length > 0 ? messages : TOLD))], relays: [], targets: [] },
      parsed,
      {
        version: 5,
        nowMs: LATER,
        wallMs: LATER,
      },
    ),
  ];
}

describe('show bmp', () => {
  it('router', () => {
    expect(show('show bmp router')).toEqual([
      'edge1 (203.0.113.9:40001) connected for 1h 2m, 1 of 1 peers up, 4 routes kept, 2 route monitoring, 0 errors, 0 repaired',
    ]);
    expect(JSON.parse(show('show bmp router edge1 json')[0] ?? '')).toMatchObject({
      name: 'edge1',
      state: 'connected',
      counters: { 'route-monitoring': 2, 'peer-up': 1 },
      since: 1000,
    });
    expect(show('show bmp router 203.0.113.9')).toHaveLength(1);
    expect(show('show bmp router edge2')).toEqual([]);
  });

  it('peer', () => {
    expect(show('show bmp peer 198.51.100.1')).toEqual([
      'edge1 (203.0.113.9:40001) global 198.51.100.1 AS 65002 up for 1h 2m, 2 updates',
      '    adj-rib-in-pre-policy: 3 announced, 0 withdrawn, 3 kept',
      '    adj-rib-in-post-policy: 1 announced, 0 withdrawn, 1 kept',
    ]);
    expect(JSON.parse(show('show bmp peer json')[0] ?? '')).toMatchObject({
      peer: '198.51.100.1',
      capabilities: { families: ['ipv4 unicast', 'ipv6 unicast'], asn4: true },
      views: [{ view: 'adj-rib-in-pre-policy', routes: 3 }, {}],
    });
  });

  it('a router that is away, by its address and name: peers and routes that are remembered', () => {
    const away = station(...TOLD);
    away.connections[0]?.router.disconnected('closed');
    const lost = { ...away, connections: [] } as unknown as BmpStation;
    const shown = (text: string) => {
      const command = parseCommand(text);
      if (command.type !== 'show-bmp') throw new RangeError(command.type);
      const of = { stations: [lost], relays: [], targets: [] };
      return [...bmpLines(of, command, { version: 5, nowMs: LATER, wallMs: LATER })];
    };
    expect(shown('show bmp router edge1')).toEqual([
      'edge1 (203.0.113.9) away for 1h 2m, 0 of 1 peers up, 4 routes kept',
    ]);
    expect(shown('show bmp peer edge1')).toEqual([
      'edge1 (203.0.113.9) global 198.51.100.1 AS 65002 stale for 1h 2m, 0 updates',
      '    adj-rib-in-pre-policy: 0 announced, 0 withdrawn, 3 kept (3 stale)',
      '    adj-rib-in-post-policy: 0 announced, 0 withdrawn, 1 kept (1 stale)',
    ]);
    expect(shown('show bmp routes 10.0.0.0/8 edge1 203.0.113.9')).toHaveLength(1);
  });

  it('peer that never was up', () => {
    const down: BmpMessage = {
      type: 'peer-down',
      peer: header(),
      reason: { code: 2, word: '', fsmEvent: 0 },
    };
    expect(show('show bmp peer', down)[0]).toContain('never-up for 1h 2m (never up)');
  });

  it.each([
    { command: 'show bmp routes 10.1.0.0/16', prefixes: ['10.1.0.0/16', '10.1.0.0/16'] },
    { command: 'show bmp routes 10.0.0.0/8 longer', prefixes: ['10.0.0.0/8', '10.1.0.0/16', '10.1.0.0/16'] },
    { command: 'show bmp routes 10.1.2.3 shorter', prefixes: ['10.0.0.0/8', '10.1.0.0/16', '10.1.0.0/16'] },
    { command: 'show bmp routes 10.1.0.0/16 adj-rib-in-post-policy', prefixes: ['10.1.0.0/16'] },
    { command: 'show bmp routes 0.0.0.0/0', prefixes: [] },
    { command: 'show bmp routes ::/0 longer', prefixes: [] },
  ])('$command', ({ command, prefixes }) => {
    const found = show(`${command} json`).map((line) => JSON.parse(line).nlri);
    expect(found.sort()).toEqual(prefixes);
  });

  it('routes in words', () => {
    expect(show('show bmp routes 10.1.0.0/16 adj-rib-in-post-policy')).toEqual([
      'edge1 (203.0.113.9:40001) 198.51.100.1 AS 65002 adj-rib-in-post-policy ipv4 unicast 10.1.0.0/16 next-hop 198.51.100.1 origin igp as-path ( 65002 65009 )',
    ]);
  });

  it('lint', () => {
    expect(show('show bmp lint')).toEqual(['edge1 (203.0.113.9:40001) an unknown sender: nothing found']);
    const lines = show('show bmp lint', ...TOLD.slice(1));
    expect(lines[0]).toBe('203.0.113.9:40001 an unknown sender: 1 findings');
    expect(lines[1]).toBe('    no-initiation ×3: messages came before an Initiation; known of IOS-XE');
    const [json] = show('show bmp lint json', ...TOLD.slice(1)).map((line) => JSON.parse(line));
    const seconds = NOW / 1000;
    expect(json.findings).toEqual([
      {
        id: 'no-initiation',
        text: 'messages came before an Initiation',
        seenIn: 'IOS-XE',
        count: 3,
        first: seconds,
        last: seconds,
      },
    ]);
  });

  it.each(['show bmp', 'show bmp nothing', 'show bmp routes', 'show bmp routes 10.0.0.1/8'])(
    '%s is refused',
    (command) => {
      expect(() => parseCommand(command)).toThrow();
    },
  );
});
