import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/commands/command-error.ts';
import { modernCommand } from '../../src/commands/modern.ts';
import { parseCommand } from '../../src/commands/parse.ts';
import { migrateCommandWords } from '../../src/config/migrate/command.ts';

const HOP = 'next-hop 192.0.2.1';

describe('commands as ExaBGP 6 writes them', () => {
  it.each([
    [`announce route 10.0.0.0/24 ${HOP}`, `peer * announce route 10.0.0.0/24 ${HOP}`],
    [`  withdraw route 10.0.0.0/24 ${HOP} `, `peer * withdraw route 10.0.0.0/24 ${HOP}`],
    [
      `neighbor 192.0.2.2 announce  route 10.0.0.0/24 ${HOP}`,
      `peer 192.0.2.2 announce route 10.0.0.0/24 ${HOP}`,
    ],
    ['neighbor * teardown 2', 'peer * teardown 2'],
    [
      'neighbor 192.0.2.2 local-as 1 peer-as 2, neighbor 192.0.2.3 announce eor ipv4 unicast',
      'peer [192.0.2.2 local-as 1 peer-as 2, 192.0.2.3] announce eor ipv4 unicast',
    ],
    [
      'announce flow route { match { source 10.0.0.1/32; } then { discard; } }',
      'peer * announce flow route { match { source 10.0.0.1/32; } then { discard; } }',
    ],
    ['announce watchdog dog', 'peer * announce watchdog dog'],
    ['show neighbor summary', 'peer show summary'],
    ['show neighbor 192.0.2.2 extensive', 'peer 192.0.2.2 show extensive'],
    ['show adj-rib out extensive', 'rib show out extensive'],
    ['flush adj-rib out', 'rib flush out'],
    ['neighbor 192.0.2.2 clear adj-rib in', 'peer 192.0.2.2 rib clear in'],
    ['version', 'system version'],
    ['neighbor 192.0.2.2 version', 'system version'],
    ['help', 'system help'],
    ['status', 'daemon status'],
    ['reload', 'daemon reload'],
    ['restart', 'daemon restart'],
    ['shutdown', 'daemon shutdown'],
    ['reset', 'session reset'],
    ['ping', 'session ping'],
    ['enable-ack', 'session ack enable'],
    ['disable-ack', 'session ack disable'],
    ['silence-ack', 'session ack silence'],
    ['enable-sync', 'session sync enable'],
    ['queue-status', 'system queue-status'],
    ['api version', 'system api version'],
    ...[
      '',
      '# a comment',
      'debug text',
      `peer * announce route 10.0.0.0/24 ${HOP}`,
      'rib show out',
      'daemon reload',
      'group start',
      'my version',
    ].map((line): [string, string] => [line, line]),
  ])('%s', (line, expected) => {
    expect(modernCommand(line)).toBe(expected);
    expect(modernCommand(expected)).toBe(expected);
    if (line !== expected) expect(parseCommand(expected).type).toBe(parseCommand(line).type);
  });

  it('are refused when they are none', () => {
    expect(() => modernCommand('announce rout 10.0.0.0/24')).toThrow(CommandError);
  });

  it.each([
    [
      `announce route 10.0.0.0/24 ${HOP} as-path [ 1 2 ( 3 4 ) ]`,
      `announce route 10.0.0.0/24 ${HOP} as-path [ 1 2 ] ( 3 4 )`,
    ],
    [
      'announce flow route { match { fragment not-a-fragment; } }',
      'announce flow route { match { fragment !is-fragment; } }',
    ],
    ['version', 'version'],
    ['version;', 'version;'],
    ['# as-path [ 1 ( 2 ) ]', '# as-path [ 1 ( 2 ) ]'],
  ])('have the words of today: %s', (line, expected) => {
    expect(migrateCommandWords(line)).toBe(expected);
  });
});
