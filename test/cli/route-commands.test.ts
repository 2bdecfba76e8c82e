import { expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { decodeMessage } from '../../src/bgp/message.ts';
import { makeOpenFor } from '../../src/bgp/open-layout.ts';
import { agreedWithMirror, encodeRoutes } from '../../src/cli/encode-routes.ts';
import { updateCommands } from '../../src/cli/route-commands.ts';
import { parseCommand } from '../../src/commands/parse.ts';
import { DEFAULT_FAMILIES } from '../../src/config/families.ts';
import { toHex } from '../../src/wire/hex.ts';

const OPEN = makeOpenFor({
  as: 65533,
  holdTimeSeconds: 180,
  routerId: 0x7f000001,
  families: DEFAULT_FAMILIES,
  asn4: true,
  nexthops: undefined,
  addPath: [],
  extendedMessage: true,
  routeRefresh: false,
  operational: false,
  linkLocalNexthop: false,
  multiSession: false,
});
const NEGOTIATED = agreedWithMirror(OPEN, 65533);
const SESSION = { negotiated: NEGOTIATED, localAddress: Uint8Array.of(127, 0, 0, 1) };

function octetsOf(command: string): Uint8Array {
  const parsed = parseCommand(command);
  if (parsed.type !== 'announce' && parsed.type !== 'withdraw') throw new Error(command);
  const withdraw = parsed.type === 'withdraw';
  const { updates, refused } = encodeRoutes(
    parsed.routes.map((route) => ({ route, withdraw })),
    SESSION,
  );
  expect(refused).toEqual([]);
  const [update = new Uint8Array()] = updates;
  return update;
}

function commandsOf(octets: Uint8Array, generic: boolean, context = NEGOTIATED.receive): string[] {
  const message = decodeMessage(octets, context);
  if (message.type !== 'update') throw new Error(message.type);
  return updateCommands(message.update, { generic });
}

const COMMANDS = [
  'announce route 192.0.2.0/24 next-hop 198.51.100.1',
  'announce route 192.0.2.0/24 next-hop 198.51.100.1 med 5 as-path [ 1 4200000000 ] community [ 65000:1 no-export ]',
  'announce route 2001:db8::/32 next-hop 2001:db8::1 large-community [ 1:2:3 ] local-preference 7',
  'announce route 192.0.2.0/24 rd 65000:1 label 100 next-hop 198.51.100.1 extended-community [ target:65000:1 ]',
  'announce flow route destination 192.0.2.0/24 protocol =tcp discard',
  'announce vpls rd 1.2.3.4:5 endpoint 5 base 10702 offset 1 size 8 next-hop 198.51.100.1',
  'withdraw route 192.0.2.0/24',
  'withdraw route 2001:db8::/32',
  'withdraw flow route destination 192.0.2.0/24',
];

it.each([
  ['l2vpn evpn', 'multicast rd 1:1 ip 192.0.2.1 next-hop 192.0.2.1'],
  ['l2vpn vpls', 'rd 1.2.3.4:5 endpoint 5 base 10702 offset 1 size 8 next-hop 192.0.2.1'],
  ['ipv4 flow', 'destination-ipv4 192.0.2.0/24'],
  ['ipv4 flow-vpn', 'destination-ipv4 192.0.2.0/24 rd 1:1'],
  ['ipv4 rtc', 'origin 1 route-target target:1:1 next-hop 192.0.2.1'],
  ['ipv4 unicast', '192.0.2.0/24 next-hop 192.0.2.1'],
  ['bgp-ls bgp-ls', 'bgpls-node protocol direct identifier 0 node [ as 1 ] next-hop 192.0.2.1'],
])('announce %s %s comes back with its family once', (family, route) => {
  const command = `announce ${family} ${route}`;
  const [back = ''] = commandsOf(octetsOf(command), false);
  expect(back.slice(0, command.length)).toBe(command);
});

it.each(COMMANDS)('%s comes back as a command for the same octets', (command) => {
  const octets = octetsOf(command);
  const commands = commandsOf(octets, false);
  expect(commands).toHaveLength(1);
  expect(toHex(octetsOf(commands[0] ?? ''))).toBe(toHex(octets));
});

it.each(COMMANDS.filter((command) => command.startsWith('announce route')))('%s, generic', (command) => {
  const octets = octetsOf(command);
  const [generic = ''] = commandsOf(octets, true);
  expect(generic).not.toMatch(/med|as-path|community/);
  expect(commandsOf(octetsOf(generic), false)).toEqual(commandsOf(octets, false));
});

it('keeps the long length of a short value in generic attributes', () => {
  const octets = octetsOf(
    'announce route 192.0.2.0/24 next-hop 198.51.100.1 attribute [ 0x99 0x70 0x00000064 ]',
  );
  const [generic = ''] = commandsOf(octets, true, DEFAULT_CONTEXT);
  expect(generic).toContain('attribute [ 0x99 0x70 0x00000064 ]');
  expect(toHex(octetsOf(generic))).toBe(toHex(octets));
});

it.each([
  ['0000 0000 10ac10', 'no command without a next hop'],
  ['0000 0018 40010100 400200 800e0e 001b 01 04 0a000001 00 0102030405', 'no command has this family'],
])('what no command can say is a comment: %s', (update, why) => {
  const body = Buffer.from(update.replaceAll(' ', ''), 'hex');
  const octets = new Uint8Array([...Buffer.alloc(16, 0xff), 0, 19 + body.length, 2, ...body]);
  const lines = commandsOf(octets, false, DEFAULT_CONTEXT);
  expect(lines).toEqual([expect.stringContaining(`# ${why}: announce `)]);
  expect(parseCommand(lines[0] ?? '').type).toBe('comment');
});
