import { describe, expect, it } from 'vitest';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';

/** The errors of a file, its warnings where it has none. */
function told(text: string): string[] {
  try {
    const resolveProgram = (path: string) =>
      path === 'missing' ? { error: 'there is no such program' } : { path };
    return loadConfig({ text, file: 'p.conf', resolveProgram }).warnings.map((warning) => `note: ${warning}`);
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    return err.errors.map(({ message }) => message);
  }
}

const FAMILIES = 'family { ipv4 unicast; ipv4 mpls-vpn; ipv4 flow; l2vpn vpls; }';
/** What it says stands on the third line. */
const neighbor = (content: string) =>
  `neighbor 10.0.0.1 {\nrouter-id 1.2.3.4; local-as 1; peer-as 1; ${FAMILIES}\n${content}\n}`;
const route = (words: string) => neighbor(`static { route ${words}; }`);
const HOP = 'next-hop 1.2.3.4';
const flow = (content: string) => neighbor(`flow { route x { ${content} } }`);

/** What is wrong, the line with it, the words under the caret, and what is told. */
const ROWS: readonly [string, string, string, string][] = [
  [
    'unknown root section',
    'section { }',
    'section',
    'a keyword of the file (process, template, group, neighbor, bmp)',
  ],
  ['unknown section in neighbor', neighbor('foo { }'), 'foo', 'a keyword of neighbor (inherit, description'],
  ['unknown keyword', neighbor('holdtime 30;'), 'holdtime', "did you mean 'hold-time'?"],
  [
    'unknown keyword in a block',
    neighbor(`static { route 10.0.0.0/24 { ${HOP}; mde 5; } }`),
    'mde',
    "did you mean 'med'?",
  ],
  ['unknown word in a line', route(`10.0.0.0/24 ${HOP} orgin igp`), 'orgin', "did you mean 'origin'?"],
  ['bad boolean', neighbor('passive maybe;'), 'maybe', 'true or false (enable or disable)'],
  ['hold-time 2', neighbor('hold-time 2;'), '2', 'a hold time of 0 or 3-65535 seconds'],
  ['hold-time 70000', neighbor('hold-time 70000;'), '70000', 'a hold time of 0 or 3-65535 seconds'],
  ['family, SAFI', neighbor('family { ipv6 unicst; }'), 'unicst', "did you mean 'unicast'?"],
  ['family, AFI', neighbor('family { ipv5 unicast; }'), 'ipv5', "did you mean 'ipv4'?"],
  [
    'add-path without a value',
    neighbor('capability { add-path; }'),
    ';',
    'disable, send, receive, send/receive',
  ],
  ['host bits', route(`10.0.0.1/24 ${HOP}`), '10.0.0.1/24', 'host bits set (its network is 10.0.0.0/24)'],
  ['mask too long', route(`10.0.0.0/33 ${HOP}`), '10.0.0.0/33', "'33' is not a prefix length from 0 to 32"],
  ['dotted mask', route(`10.0.0.0/255.255.255.0 ${HOP}`), '10.0.0.0/255.255.255.0', 'is not a prefix length'],
  ['malformed address', route(`10.0.0.300 ${HOP}`), '10.0.0.300', 'is not an IPv4 or IPv6 prefix'],
  ['short address', route(`10.0/16 ${HOP}`), '10.0/16', 'is not an IPv4 or IPv6 prefix'],
  ['word for a prefix', route(`default ${HOP}`), 'default', 'is not an IPv4 or IPv6 prefix'],
  ['malformed next hop', route('10.0.0.0/24 next-hop 10.0.0.300'), '10.0.0.300', "an IP address or 'self'"],
  ['no next hop', route('10.0.0.0/24 med 5'), ';', 'a next-hop'],
  [
    'rd without a colon',
    route(`10.0.0.0/24 ${HOP} rd 55 label 3`),
    '55',
    'a route distinguisher (65000:1, 192.0.2.1:1 or 70000:1)',
  ],
  ['rd without label', route(`10.0.0.0/24 ${HOP} rd 1:1`), ';', 'a label'],
  ['negative MED', route(`10.0.0.0/24 ${HOP} med -1`), '-1', 'a med from 0 to 4294967295'],
  [
    'local preference',
    route(`10.0.0.0/24 ${HOP} local-preference abc`),
    'abc',
    'a local preference from 0 to 4294967295',
  ],
  ['origin', route(`10.0.0.0/24 ${HOP} origin ?`), '?', 'an origin (igp, egp, incomplete)'],
  ['community', route(`10.0.0.0/24 ${HOP} community no-exprt`), 'no-exprt', "did you mean 'no-export'?"],
  [
    'extended community',
    route(`10.0.0.0/24 ${HOP} extended-community colour:5`),
    'colour:5',
    'an extended community',
  ],
  ['large community', route(`10.0.0.0/24 ${HOP} large-community 1:2`), '1:2', "a large community: 'N:N:N'"],
  ['as-path', route(`10.0.0.0/24 ${HOP} as-path [ 1 x ]`), 'x', 'an AS number from 0 to 4294967295'],
  ['as-path without end', route(`10.0.0.0/24 ${HOP} as-path [ 1 2`), ';', "']'"],
  ['aggregator', route(`10.0.0.0/24 ${HOP} aggregator 99`), '99', "an aggregator '( AS:IPv4 )'"],
  [
    'generic attribute',
    route(`10.0.0.0/24 ${HOP} attribute [ 99 0xc0 0x ]`),
    '99',
    'an attribute code from 0x00 to 0xFF',
  ],
  [
    'SRv6',
    route(`10.0.0.0/24 ${HOP} rd 1:1 label 3 bgp-prefix-sid-srv6 ( l4 ::1 )`),
    'l4',
    'an SRv6 service (l3-service, l2-service',
  ],
  ['split', route(`10.0.0.0/24 ${HOP} split 26`), '26', 'a prefix length from /0 to /128'],
  [
    'VPLS without its words',
    neighbor('l2vpn { vpls s { endpoint 5; } }'),
    '; } }',
    "'rd', 'base', 'offset', 'size'",
  ],
  [
    'VPLS without next hop',
    neighbor('l2vpn { vpls rd 1:1 endpoint 5 base 1 offset 1 size 8; }'),
    ';',
    'a next-hop',
  ],
  ['flow, protocol', flow('match { protocol tpc; }'), 'tpc', "did you mean 'tcp'?"],
  ['flow, component', flow('match { sorce 10.0.0.0/8; }'), 'sorce', "did you mean 'source'?"],
  ['flow, action', flow('match { protocol tcp; } then { disgard; }'), 'disgard', "did you mean 'discard'?"],
  ['flow, packet-length', flow('match { packet-length 70000; }'), '70000', 'packet-length from 0 to 65535'],
  [
    'flow, redirect',
    flow('match { protocol tcp; } then { redirect 65000; }'),
    '65000',
    "'AS:N', 'IPv4:N' or an IP address",
  ],
  [
    'flow, scope',
    flow('match { protocol tcp; } scope { interface-set transitive:both:1:1; }'),
    'transitive:both:1:1',
    'output or input-output',
  ],
  ['missing program', 'process p { run missing; encoder json; }', 'missing', 'there is no such program'],
  ['encoder', 'process p { run /bin/cat; encoder xml; }', 'xml', 'an encoder (text, json)'],
  ['process without run', 'process p { encoder json; }', 'p {', "process 'p' has no 'run'"],
  [
    'unknown process',
    neighbor('api { processes [ nope ]; }'),
    'nope',
    'the name of a process (none is defined)',
  ],
  ['api keyword', neighbor('api { receive { updat; } }'), 'updat', "did you mean 'update'?"],
  [
    'api section twice',
    neighbor('api aa { } api bb { } api aa { }').replace('api aa { } ', 'api aa { }\n'),
    'aa { }\n}',
    "the api section of line 3 is called 'aa'",
  ],
  [
    'range that is not passive',
    'neighbor 10.0.0.0/24 { router-id 1.2.3.4; }',
    '10.0.0.0/24',
    "which needs 'passive true'",
  ],
  [
    'address families that differ',
    'neighbor 10.0.0.1 { router-id 1.2.3.4; local-address ::1; }',
    '10.0.0.1',
    'are not of one address family',
  ],
  [
    'route of a family that is not listed',
    neighbor('static { route 2001:db8::/32 next-hop ::1; }'),
    'route',
    "add 'ipv6 unicast;' to it",
  ],
  [
    'MD5 password',
    neighbor('md5-password x; md5-base64 true;'),
    'md5-password',
    'invalid MD5 password: not valid base64',
  ],
  ['tcp-ao', neighbor('tcp-ao { keyid 5; }'), 'tcp-ao', 'incomplete tcp-ao, missing algorithm, password'],
  ['TTL', neighbor('outgoing-ttl 256;'), '256', 'a TTL from 0 to 255'],
  [
    'AS number',
    neighbor('peer-as 4294967296;'),
    '4294967296',
    "an AS number from 1 to 4294967295, or 'auto'",
  ],
  [
    'template twice',
    'template { neighbor a { }\nneighbor a { } }',
    'a { } }',
    "the template of line 1 is called 'a'",
  ],
  [
    'name of a template',
    'template { neighbor a/b { } }',
    'a/b',
    'a name of letters, digits, dots, dashes and underlines',
  ],
  ['open quote', neighbor('description "abc;'), '"abc;', 'a closing "'],
  ['no keyword', neighbor(';'), ';', 'a keyword'],
  ['no semicolon', neighbor('hold-time 30\npassive true;'), 'passive', "';' after '30'"],
];

describe('an error says what, where, and what would be right', () => {
  it.each(ROWS)('%s', (_, text, at, reason) => {
    const errors = told(text);
    expect(errors).toHaveLength(1);
    const [first = '', line = '', caret = ''] = (errors[0] ?? '').split('\n');
    const [, row = '', column = ''] = /^p\.conf:(\d+):(\d+): /.exec(first) ?? [];
    expect(errors[0]).toContain(reason);
    expect(line).toBe(text.split('\n')[Number(row) - 1]?.replace('md5-password x', 'md5-password *'));
    const start =
      text
        .split('\n')
        .slice(0, Number(row) - 1)
        .join('\n').length + (row === '1' ? 0 : 1);
    expect(text.slice(start + Number(column) - 1)).toMatch(
      new RegExp(`^${at.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
    );
    expect(caret).toMatch(new RegExp(`^ {${Number(column) - 1}}\\^+$`));
  });

  it('has none but the word itself, and does not suggest it', () => {
    const [error] = told(route(`10.0.0.0/24 ${HOP} extended-community color`));
    expect(error).not.toContain('did you mean');
  });

  it('all errors of a file come at once, in its order', () => {
    const text = neighbor(
      'hold-time 2;\npasive;\nstatic { route 10.0.0.1/24 next-hop self; route 10.0.0.0/24 med 5; }',
    );
    expect(told(text).map((error) => /^p\.conf:(\d+:\d+)/.exec(error)?.[1])).toEqual([
      '3:11',
      '4:1',
      '5:16',
      '5:66',
    ]);
  });

  it.each([
    ['an empty file', '', 'p.conf:1:1: found the end, expected a section'],
    ['a file of comments', '# x\n', 'p.conf:2:1: found the end, expected a section'],
    [
      'a stray brace with something behind it',
      `${neighbor('')}\n}\ntemplate { }`,
      "p.conf:5:1: found '}', expected a statement: no '{' is open here",
    ],
  ])('%s is refused', (_, text, start) => {
    expect(told(text)[0]).toContain(start);
  });

  it.each([
    ['no brace at the end', neighbor('').slice(0, -1), "missing a '}' that closes it"],
    ['3.4: two statements on one line', neighbor('hold-time 30; passive;'), undefined],
    ['a brace too many at the end', `${neighbor('')}\n}`, "a '}' too many is ignored"],
  ])('%s is taken', (_, text, note) => {
    const notes = told(text);
    expect(notes.every((each) => each.startsWith('note: '))).toBe(true);
    if (note !== undefined) expect(notes.join()).toContain(note);
  });
});
