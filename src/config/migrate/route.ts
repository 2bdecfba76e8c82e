import type { Statement } from '../../syntax/parse.ts';
import type { Word } from '../../syntax/words.ts';
import type { Migrating } from './migrating.ts';

/** Words of routes and their successors. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['as-sequence', 'as-path'],
  ['withdrawn', 'withdraw'],
]);

/** Values of components and their successors: they match the same packets. */
const RENAMED_VALUES: ReadonlyMap<string, string> = new Map([['not-a-fragment', '!is-fragment']]);

/** Route statements of `static`, `announce`, `flow` and `l2vpn`, at any depth. */
export function migrateRoutes(statements: readonly Statement[], migrating: Migrating): void {
  for (const statement of statements) {
    const words = [statement.word, ...statement.words];
    for (const [i, word] of words.entries()) migrateWord(words, i, word, migrating);
    if (statement.block !== undefined) migrateRoutes(statement.block, migrating);
  }
}

function migrateWord(words: readonly Word[], i: number, word: Word, migrating: Migrating): void {
  if (word.quoted) return;
  const renamed = RENAMED.get(word.text);
  // a value may be called like a keyword: `name withdrawn`
  const isValue = ['name', 'watchdog', 'description'].includes(words[i - 1]?.text ?? '');
  if (renamed !== undefined && !isValue) {
    migrating.rename(word, renamed);
  }
  const value = RENAMED_VALUES.get(word.text.toLowerCase());
  if (value !== undefined) {
    migrating.rename(word, value);
    migrating.note(
      word,
      `'${word.text}' sends the octets 80 00, '${value}' 82 02: routers read both as "not fragmented"`,
    );
  }
  if (word.text === 'as-path' || word.text === 'as-sequence') migratePath(words, i + 1, migrating);
  if (word.text === 'bgp-prefix-sid-srv6') migrateSid(words, i + 1, migrating);
}

/** `[ 1 2 ( 3 4 ) 5 ]` is written `[ 1 2 ] ( 3 4 ) [ 5 ]` since 5.0. */
function migratePath(words: readonly Word[], from: number, { edits, change }: Migrating): void {
  const open = words[from];
  if (open?.text !== '[' || open.quoted) return;
  const segments: { set: boolean; asns: string[] }[] = [{ set: false, asns: [] }];
  let depth = 0;
  for (const word of words.slice(from)) {
    if (word.text === '[' || word.text === '(') {
      if (depth > 0) segments.push({ set: true, asns: [] });
      depth++;
    } else if (word.text === ']' || word.text === ')') {
      depth--;
      if (depth === 1) segments.push({ set: false, asns: [] });
      if (depth > 0) continue;
      if (segments.length === 1) return;
      const said = segments.filter(({ asns }) => asns.length > 0);
      const text = said.map(({ set, asns }) => (set ? `( ${asns.join(' ')} )` : `[ ${asns.join(' ')} ]`));
      edits.replace(open.at, word.end, text.join(' '));
      change(open, 'sets of an as-path stand outside of its brackets since 5.0');
      return;
    } else if (word.text !== ',') segments.at(-1)?.asns.push(word.text);
  }
}

/** The forms of 4.2 are of drafts; `l3vpn` has a successor with other octets, the others have none. */
function migrateSid(words: readonly Word[], from: number, migrating: Migrating): void {
  const kind = words[from + 1];
  if (words[from]?.text !== '(' || kind === undefined) return;
  if (kind.text === 'l3vpn') {
    migrating.rename(kind, 'l3-service');
    migrating.note(kind, "'l3vpn' sent the octets of a draft; 'l3-service' sends those of RFC 9252");
  } else if (kind.text === 'ipv6' || kind.text === 'vpn') {
    migrating.note(
      kind,
      `'${kind.text}' is of a draft and is sent as ExaBGP 4.2 did; later versions refuse it`,
    );
  }
}

/** AFI words of 3.x. */
const AFIS: ReadonlyMap<string, string> = new Map([
  ['inet', 'ipv4'],
  ['inet4', 'ipv4'],
  ['inet6', 'ipv6'],
]);

/** `family`, `add-path` and `nexthop`. */
export function migrateFamilies(statements: readonly Statement[], migrating: Migrating): void {
  for (const statement of statements) {
    const afi = AFIS.get(statement.word.text);
    if (afi !== undefined) migrating.rename(statement.word, afi);
    if (statement.word.text === 'minimal') {
      migrating.note(statement.word, "'minimal' is of 3.x: list the families that the routes are of");
    }
  }
}
