import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXTENDED_COMMUNITIES } from '../../src/bgp/communities/index.ts';
import { COMPONENTS } from '../../src/bgp/nlri/flowspec-components.ts';
import { VERBS } from '../../src/cli/verbs.ts';
import { TABLE } from '../../src/config/environment-table.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';

const DOCUMENT = readFileSync('docs/configuration.md', 'utf8');

/** Words of older versions, without a row of their own, and the views of `rib` that are two words put together. */
const ELSEWHERE = ['inet', 'inet4', 'inet6', 'updates', 'link-local-prefer', /^adj-rib-(in|out)-p/];

/** Around the word that no section knows. */
const SECTIONS = {
  file: '?',
  process: 'process p { ? }',
  queue: 'process p { queue { ? } }',
  respawn: 'process p { respawn { ? } }',
  template: 'template { ? }',
  group: 'group { ? }',
  neighbor: 'neighbor 192.0.2.2 { ? }',
  ...Object.fromEntries(
    [
      'family',
      'capability',
      'add-path',
      'nexthop',
      'api',
      'static',
      'announce',
      'flow',
      'l2vpn',
      'tcp-ao',
    ].map((name) => [name, `neighbor 192.0.2.2 { ${name} { ? } }`]),
  ),
  operational: 'neighbor 192.0.2.2 { operational { ? } }',
  'maximum-prefix': 'neighbor 192.0.2.2 { maximum-prefix { ? } }',
  receive: 'neighbor 192.0.2.2 { api { receive { ? } } }',
  send: 'neighbor 192.0.2.2 { api { send { ? } } }',
  bmp: 'bmp { ? }',
  tls: 'bmp { tls { ? } }',
  rib: 'bmp { rib { ? } }',
  resync: 'bmp { resync { ? } }',
  limits: 'bmp { limits { ? } }',
  router: 'bmp { router 192.0.2.2 { ? } }',
  relay: 'bmp { relay 192.0.2.2:1 { ? } }',
  export: 'bmp { export 192.0.2.2:1 { ? } }',
  'bmp api': 'bmp { api { ? } }',
  select: 'bmp { api { select { ? } } }',
};

/** The keywords of a section: an error lists them. */
function keywords(around: string): string[] {
  try {
    loadConfig({ text: around.replace('?', 'no-such-word;'), file: 'x' });
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    const [, list] = /'no-such-word', expected [^(\n]*\(([^)]*)\)/.exec(err.message) ?? [];
    if (list !== undefined) return list.split(', ');
    throw new Error(`no list of keywords in: ${err.message}`, { cause: err });
  }
  throw new Error(`accepted: ${around}`);
}

function documented(word: string): boolean {
  return new RegExp(`[\`\\s[(]${word}[\`\\s;,\\])]`).test(DOCUMENT);
}

describe('docs/configuration.md', () => {
  it.each(Object.entries(SECTIONS))('has every keyword of %s', (_, around) => {
    const words = keywords(around);
    expect(words.length).toBeGreaterThan(0);
    const known = (word: string) =>
      ELSEWHERE.some((each) => (typeof each === 'string' ? each === word : each.test(word)));
    expect(words.filter((word) => !known(word) && !documented(word))).toEqual([]);
  });

  it('has every FlowSpec component, and every action has an example or stands in the README', () => {
    const words = COMPONENTS.flatMap(({ ipv4, ipv6, also = [] }) => (also.length > 0 ? also : [ipv4, ipv6]));
    expect(words.filter((word) => !documented(word))).toEqual([]);
    const readme = readFileSync('README.md', 'utf8');
    const actions = EXTENDED_COMMUNITIES.flatMap(({ action }) => (action === undefined ? [] : [action.word]));
    expect(actions.filter((word) => !readme.includes(`| \`${word}\` |`))).toEqual([]);
  });

  it('has the settings that have an effect, and no others', () => {
    const [, table = ''] = DOCUMENT.split('| setting | default | |');
    const named = [...(table.split('\n\n')[0] ?? '').matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z]+\.[a-z_-]+)`/g)].map(([, name = '']) => name),
    );
    const effective = Object.entries(TABLE).flatMap(([section, rows]) =>
      Object.entries(rows).flatMap(([key, row]) => ('idle' in row ? [] : [`${section}.${key}`])),
    );
    const older = ['tcp.connections'];
    expect(named.toSorted()).toEqual([...effective, ...older].toSorted());
  });
});

it('docs/cli.md names no option that no verb has', () => {
  const text = readFileSync('docs/cli.md', 'utf8').replace(/^## By the names of ExaBGP[\s\S]*?^## /m, '## ');
  const known = Object.values(VERBS).flatMap(({ options }) =>
    Object.entries(options).flatMap(([name, row]) => [name, ...('also' in row ? row.also : [])]),
  );
  const named = [...text.matchAll(/(?<![\w-])--([a-z][a-z0-9-]*)/g)].map(([, name = '']) => name);
  // of every verb; and of the healthcheck, which has a document of its own
  const others = ['help', 'cmd', 'ip'];
  expect([...new Set(named)].filter((name) => !known.includes(name) && !others.includes(name))).toEqual([]);
});
