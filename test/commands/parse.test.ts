import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AFI, familyId, familyText, IPV4_UNICAST, IPV6_UNICAST, SAFI } from '../../src/bgp/family.ts';
import { nlriCodec } from '../../src/bgp/nlri/index.ts';
import type { Route } from '../../src/bgp/route.ts';
import type { Command } from '../../src/commands/command.ts';
import { CommandError, MAX_COMMAND_LENGTH, parseCommand } from '../../src/commands/parse.ts';
import { COMMANDS } from '../../src/commands/table.ts';
import { formatAddress } from '../../src/wire/address.ts';

function shown({ nlri, nextHop }: Route): string {
  const hop = nextHop === undefined || nextHop === 'self' ? nextHop : formatAddress(nextHop.address);
  const value = nlriCodec(nlri.family).toText(nlri.value, 5);
  return `${familyText(nlri.family)} ${value}${hop === undefined ? '' : ` ${hop}`}`;
}

/** A command as a plain value, its routes as text. */
function parsed(line: string): unknown {
  const command: Command = parseCommand(line);
  return 'routes' in command ? { ...command, routes: command.routes.map(shown) } : command;
}

const A = 'ipv4 unicast 10.0.0.0/24';
const FLOW = familyId(AFI.ipv4, SAFI.flow);
const all = { selector: undefined };
const everything = { extensive: false, json: false, filter: undefined, peer: undefined };

describe('parseCommand', () => {
  it.each<[string, unknown]>([
    [
      'announce route 10.0.0.0/24 next-hop 192.0.2.1',
      { type: 'announce', ...all, routes: [`${A} 192.0.2.1`] },
    ],
    [
      '  announce\troute  10.0.0.0/24 next-hop self med 5;\r',
      { type: 'announce', ...all, routes: [`${A} self`] },
    ],
    [
      'announce attributes next-hop self med 5 nlri 10.0.0.0/24 10.0.1.0/24',
      { type: 'announce', ...all, routes: [`${A} self`, 'ipv4 unicast 10.0.1.0/24 self'] },
    ],
    [
      'announce attribute next-hop self nlri 10.0.0.0/24',
      { type: 'announce', ...all, routes: [`${A} self`] },
    ],
    [
      'announce route 10.0.0.0/24 { next-hop self; med 5; } }',
      { type: 'announce', ...all, routes: [`${A} self`] },
    ],
    [
      'neighbor 192.0.2.1, announce route 10.0.0.0/24 { next-hop self;',
      { type: 'announce', selector: [{ peer: '192.0.2.1' }], routes: [`${A} self`] },
    ],
    ['announce ipv4 unicast 10.0.0.0/24 next-hop self', { type: 'announce', ...all, routes: [`${A} self`] }],
    [
      'announce ipv6 unicast 2001:db8::/48 next-hop 2001:db8::1',
      { type: 'announce', ...all, routes: ['ipv6 unicast 2001:db8::/48 2001:db8::1'] },
    ],
    [
      'announce l2vpn evpn multicast rd 1:1 ip 10.0.0.1 next-hop self',
      { type: 'announce', ...all, routes: ['l2vpn evpn evpn multicast rd 1:1 ip 10.0.0.1 self'] },
    ],
    [
      'withdraw l2vpn evpn multicast rd 1:1 ip 10.0.0.1',
      { type: 'withdraw', ...all, routes: ['l2vpn evpn evpn multicast rd 1:1 ip 10.0.0.1'] },
    ],
    [
      'announce bgp-ls bgp-ls bgpls-node protocol direct node [ as 1 ] next-hop self',
      {
        type: 'announce',
        ...all,
        routes: ['bgp-ls bgp-ls bgpls-node protocol direct identifier 0 node [ as 1 ] self'],
      },
    ],
    [
      'withdraw bgp-ls bgp-ls-vpn bgpls-node rd 1:1 protocol direct node [ as 1 ]',
      {
        type: 'withdraw',
        ...all,
        routes: ['bgp-ls bgp-ls-vpn bgpls-node rd 1:1 protocol direct identifier 0 node [ as 1 ]'],
      },
    ],
    [
      'announce ipv4 rtc origin 1 route-target target:1:2 next-hop self',
      { type: 'announce', ...all, routes: ['ipv4 rtc rtc origin 1 route-target target:1:2 self'] },
    ],
    ['withdraw route 10.0.0.0/24', { type: 'withdraw', ...all, routes: [A] }],
    [
      'withdraw route 10.0.0.0/24 next-hop 192.0.2.1',
      { type: 'withdraw', ...all, routes: [`${A} 192.0.2.1`] },
    ],
    ['withdraw attributes med 5 nlri 10.0.0.0/24', { type: 'withdraw', ...all, routes: [A] }],
    ['withdraw ipv4 unicast 10.0.0.0/24', { type: 'withdraw', ...all, routes: [A] }],
    ['announce eor', { type: 'announce-eor', ...all, family: IPV4_UNICAST }],
    ['announce eor ipv4 flow', { type: 'announce-eor', ...all, family: FLOW }],
    ['announce route-refresh ipv6 unicast', { type: 'announce-route-refresh', ...all, family: IPV6_UNICAST }],
    ['announce watchdog', { type: 'announce-watchdog', ...all, name: undefined }],
    ['withdraw watchdog dnsr', { type: 'withdraw-watchdog', ...all, name: 'dnsr' }],
    [
      'neighbor 192.0.2.1 teardown 3',
      { type: 'teardown', selector: [{ peer: '192.0.2.1' }], subcode: 3, text: undefined },
    ],
    ['teardown 2 back  at nine', { type: 'teardown', ...all, subcode: 2, text: 'back  at nine' }],
    ['teardown 4 "back at nine"', { type: 'teardown', ...all, subcode: 4, text: 'back at nine' }],
    ['show neighbor', { type: 'show-neighbor', form: undefined, peer: undefined }],
    ['show neighbor summary', { type: 'show-neighbor', form: 'summary', peer: undefined }],
    ['show neighbor 192.0.2.1 extensive', { type: 'show-neighbor', form: 'extensive', peer: '192.0.2.1' }],
    ['neighbor 192.0.2.1 show neighbor json', { type: 'show-neighbor', form: 'json', peer: '192.0.2.1' }],
    ['peer list', { type: 'show-neighbor', form: 'list', peer: undefined }],
    ['peer show summary', { type: 'show-neighbor', form: 'summary', peer: undefined }],
    [
      'peer 192.0.2.1 show configuration',
      { type: 'show-neighbor', form: 'configuration', peer: '192.0.2.1' },
    ],
    ['show adj-rib out', { type: 'show-adj-rib', direction: 'out', ...everything }],
    [
      'show adj-rib in extensive json flow 192.0.2.1',
      {
        type: 'show-adj-rib',
        direction: 'in',
        extensive: true,
        json: true,
        filter: 'flow',
        peer: '192.0.2.1',
      },
    ],
    ['rib show in', { type: 'show-adj-rib', direction: 'in', ...everything }],
    ['flush adj-rib out', { type: 'flush-adj-rib-out', ...all }],
    ['neighbor * flush adj-rib out', { type: 'flush-adj-rib-out', selector: [{ peer: '*' }] }],
    ['rib clear in', { type: 'clear-adj-rib', ...all, direction: 'in' }],
    ['clear adj-rib out', { type: 'clear-adj-rib', ...all, direction: 'out' }],
    ['version', { type: 'version' }],
    ['version extra', { type: 'version' }],
    ['api version', { type: 'api-version', version: undefined }],
    ['system api version 4', { type: 'api-version', version: 4 }],
    ['session bye 9acf5339-a3b5-45ae-9093-d4f8539f29a2', { type: 'comment' }],
    ['queue-status', { type: 'queue-status' }],
    ['peer delete 192.0.2.7', { type: 'peer-delete', selector: [{ peer: '192.0.2.7' }] }],
    [
      'peer create 192.0.2.7 local-ip 192.0.2.1 local-as 1 peer-as 2 api one api two',
      {
        type: 'peer-create',
        peer: '192.0.2.7',
        settings: { 'local-address': '192.0.2.1', 'local-as': '1', 'peer-as': '2' },
        processes: ['one', 'two'],
      },
    ],
    ['peer * routes list', { type: 'routes', selector: [{ peer: '*' }], action: 'list' }],
    [
      'peer * routes remove index 0a',
      { type: 'routes', selector: [{ peer: '*' }], action: 'remove', index: '0a' },
    ],
    ['neighbor 192.0.2.1 version', { type: 'version' }],
    ['system help', { type: 'help' }],
    ['shutdown', { type: 'shutdown' }],
    ['daemon reload', { type: 'reload' }],
    ['restart', { type: 'restart' }],
    ['session reset', { type: 'reset' }],
    ['daemon status', { type: 'status' }],
    ['ping', { type: 'ping', text: '' }],
    ['ping are  you there', { type: 'ping', text: 'are  you there' }],
    ['enable-ack', { type: 'ack', mode: 'enable' }],
    ['session ack silence', { type: 'ack', mode: 'silence' }],
    ['disable-ack', { type: 'ack', mode: 'disable' }],
    ['debug  it\'s { "fine" ', { type: 'debug', text: 'it\'s { "fine"' }],
    ['debug', { type: 'debug', text: '' }],
    [' # anything " {', { type: 'comment' }],
  ])('%s', (line, expected) => {
    expect(parsed(line)).toEqual(expected);
  });

  it.each([
    ['neighbor 192.0.2.1', [{ peer: '192.0.2.1' }]],
    ['peer 2001:db8::1', [{ peer: '2001:db8::1' }]],
    ['peer *', [{ peer: '*' }]],
    [
      'neighbor 192.0.2.1 local-ip 192.0.2.2 local-as 1 peer-as 2 router-id 3.3.3.3 family-allowed in-open',
      [
        {
          peer: '192.0.2.1',
          localIp: '192.0.2.2',
          localAs: '1',
          peerAs: '2',
          routerId: '3.3.3.3',
          familyAllowed: 'in-open',
        },
      ],
    ],
    [
      'neighbor 192.0.2.1 peer-as 2, neighbor 192.0.2.3',
      [{ peer: '192.0.2.1', peerAs: '2' }, { peer: '192.0.2.3' }],
    ],
    ['peer [192.0.2.1 peer-as 2, 192.0.2.3]', [{ peer: '192.0.2.1', peerAs: '2' }, { peer: '192.0.2.3' }]],
  ])('selector %s', (text, selector) => {
    expect(parsed(`${text} announce eor`)).toEqual({ type: 'announce-eor', selector, family: IPV4_UNICAST });
  });

  it.each([
    ['', 1, /found the end, expected a command/],
    ['ANNOUNCE route 10.0.0.0/24 next-hop self', 1, /did you mean 'announce'/],
    ['announce rout 10.0.0.0/24', 10, /did you mean 'route'/],
    ['announce route', 15, /prefix/],
    ['announce route 10.0.0.0/24', 27, /next-hop/],
    ['announce attributes med 5 nlri 10.0.0.0/24', 43, /next-hop/],
    ['announce route 10.0.0.1/24 next-hop self', 16, /host bits/],
    ['announce route 10.0.0.0/24 next-hop self med 4294967296', 46, /./],
    ['announce route 10.0.0.0/24 next-hop self medd 5', 42, /did you mean 'med'/],
    ['announce eor ipv4', 18, /family/],
    ['announce eor ipv4 bogus', 19, /family/],
    ['announce eor ipv4 unicast more', 27, /end of the command/],
    ['announce route-refresh', 23, /family/],
    ['announce eor { }', 14, /without blocks/],
    ['announce route 10.0.0.0/24 { next-hop self; med { 5; } }', 45, /without a block/],
    ['announce route 10.0.0.0/24 { med 5; }', 38, /next-hop/],
    ['announce flow route { match {', 30, /./],
    ['neighbor 192.0.2.1,', 20, /a command/],
    ['neighbor [192.0.2.1,] announce eor', 21, /address/],
    ['announce route 10.0.0.0/24 next-hop self; announce eor', 43, /./],
    ['neighbor 192.0.2.1 peer-as', 27, /peer-as/],
    ['neighbor * peer-as 1 announce eor', 12, /a command/],
    ['neighbor bogus announce eor', 10, /a command/],
    ['neighbor 192.0.2.1 shutdown', 20, /concerns neighbors/],
    ['teardown x', 10, /subcode/],
    ['teardown', 9, /subcode/],
    ['teardown 3 why', 12, /only subcodes 2 and 4/],
    [`teardown 2 ${'x'.repeat(129)}`, 12, /128 octets/],
    ['show', 5, /a command/],
    ['show summary', 6, /a command/],
    ['show routes', 6, /./],
    ['show adj-rib', 13, /direction/],
    ['show adj-rib out bogus', 18, /./],
    ['clear adj-rib up', 15, /direction/],
    ['reload now', 8, /end of the command/],
    ['debugging', 1, /a command/],
    ['crash', 6, /does not crash/],
    ['system crash', 13, /does not crash/],
    ['peer create 192.0.2.7 local-address 192.0.2.1 local-as 1', 57, /missing required parameters: peer-as/],
    ['peer create nowhere', 13, /IP address/],
    ['peer create 192.0.2.7 local-as', 31, /value of local-as/],
    ['peer * routes bogus', 15, /list, add or remove/],
    ['system api version 7', 20, /4, 5, 6/],
    [`announce route 10.0.0.0/8 next-hop self community [ ${'1:1 '.repeat(200_000)}]`, 65_561, /16384 words/],
    ['"a" '.repeat(200_000), 21_846, /16384 words/],
    ['{'.repeat(1_000_000), 16_385, /16384 words/],
    ['\\a'.repeat(400_000), 16_385, /16384 words/],
    [`version ${'é'.repeat(1_000_000)}`, 9, /65536 characters in a word/],
    ['x'.repeat(MAX_COMMAND_LENGTH + 1), MAX_COMMAND_LENGTH + 1, /characters/],
  ])('refuses %#', (line, column, reason) => {
    let caught: unknown;
    try {
      parseCommand(line);
    } catch (err) {
      caught = err;
    }
    expect(caught).toBeInstanceOf(CommandError);
    if (caught instanceof CommandError) {
      expect(caught.reason).toMatch(reason);
      expect(caught.column).toBe(column);
    }
  });

  it('has each spelling once', () => {
    const spellings = COMMANDS.flatMap((row) => row.words);
    expect(new Set(spellings).size).toBe(spellings.length);
  });
});

const WORDS = [
  ...COMMANDS.flatMap((row) => row.words.flatMap((words) => words.split(' '))),
  ...'neighbor peer 192.0.2.1 * , [ ] ( ) { } ; # " 10.0.0.0/24 2001:db8::/32 next-hop self med as-path'.split(
    ' ',
  ),
  ...'community large-community extended-community aggregator cluster-list origin label rd split /25 1 65000:1'.split(
    ' ',
  ),
  ...'path-information attribute nlri unicast flow in out extensive local-preference aigp 0xff -1 1e9 \u0000 \\'.split(
    ' ',
  ),
];

function neverThrowsAnythingElse(line: string): void {
  try {
    parseCommand(line);
  } catch (err) {
    if (!(err instanceof CommandError)) throw err;
    expect(err.column).toBeGreaterThan(0);
    expect(err.reason).not.toMatch(/[\u0000-\u001f]/);
  }
}

describe('noise', () => {
  it('is a command or a CommandError', () => {
    const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 12 }).map((each) => each.join(' '));
    const routes = words.map((text) => `announce route 10.0.0.0/24 next-hop self ${text}`);
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(fc.property(fc.oneof(words, routes, text), neverThrowsAnythingElse), { numRuns: 1000 });
  }, 60_000);
});
