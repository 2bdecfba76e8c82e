import type { Word, Words } from '../syntax/words.ts';
import { Secret } from '../wire/secret.ts';
import { octetsOfText } from '../wire/text.ts';
import type { LoadContext } from './context.ts';
import type { NeighborDraft, PasswordDraft, ProtectionDraft } from './draft.ts';
import { Refusal } from './errors.ts';
import { AO_ALGORITHMS, type AoConfig, type ProtectionConfig } from './model.ts';
import { type Keyword, type Place, Section } from './schema.ts';
import { address, boolean, takeOff } from './values.ts';

type Row = Keyword<NeighborDraft>;

/** The longest key that Linux takes, for MD5 and TCP-AO. */
const LONGEST_KEY = 80;
/** IFNAMSIZ, with its final zero. */
const LONGEST_INTERFACE = 15;

/** A password as written; no message of ours ever shows it. */
function password(words: Words, { context }: Pick<Place<unknown>, 'context'>): Word {
  const word = words.next('a password');
  const extra = words.peek();
  if (extra === undefined) return word;
  if (context.onNewLine(word, extra)) {
    throw new Refusal({ at: word.end, end: word.end + 1 }, "expected ';' after the password");
  }
  context.warn(extra, 'only the first word is the password: put one with blanks in quotes');
  while (!words.done) words.next('');
  return word;
}

function base64(words: Words): boolean | 'auto' {
  return words.take('auto') ? 'auto' : boolean(words, false);
}

/** 0 is none, as the system has it. */
function ttlRow(word: string, key: 'outgoingTtl' | 'incomingTtl'): Row {
  return {
    word,
    since: '4.0',
    value: (words, { target }) => {
      target.protection[key] = takeOff(words) ? 'disable' : words.unsigned('a TTL', 255) || 'disable';
    },
  };
}

function passwordRow(word: string, modern?: string): Row {
  return {
    word,
    ...(modern === undefined ? {} : { since: '3.x only' }),
    value(words, place) {
      const { target, statement, context } = place;
      if (modern !== undefined) context.warn(statement.word, `'${word}' is called '${modern}' since 4.0`);
      target.protection.md5 = wholeLine(modern !== undefined, words, place);
    },
  };
}

/** 3.x took all words of `md5` for the password. */
function wholeLine(all: boolean, words: Words, place: Place<NeighborDraft>): PasswordDraft {
  const { statement, context } = place;
  const last = statement.words.at(-1);
  const first = statement.words[0];
  if (!all || first === undefined || last === undefined || first === last) {
    const word = password(words, place);
    return { text: word.text, word: statement.word };
  }
  while (!words.done) words.next('');
  return { text: context.source.slice(first.at, last.end), word: statement.word };
}

function ttlSecurity(words: Words, { target, statement, context }: Place<NeighborDraft>): void {
  const value = words.done ? 255 : takeOff(words) ? 'disable' : words.unsigned('a TTL', 255, 1);
  context.warn(statement.word, `'ttl-security' is 'incoming-ttl ${value}; outgoing-ttl ${value};' since 4.0`);
  target.protection.outgoingTtl = value;
  target.protection.incomingTtl = value;
}

function interfaceName(words: Words): string {
  const expected = `the name of an interface, of up to ${LONGEST_INTERFACE} octets`;
  const word = words.next(expected);
  const fits = /^[^\s/]+$/.test(word.text) && octetsOfText(word.text).length <= LONGEST_INTERFACE;
  return fits ? word.text : words.fail(word, expected);
}

interface AoDraft {
  keyId: number;
  algorithm?: AoConfig['algorithm'];
  password?: PasswordDraft;
  base64: boolean;
}

const TCP_AO = new Section<AoDraft>('tcp-ao', [
  {
    word: 'keyid',
    value: (words, { target }) => {
      target.keyId = words.unsigned('a key id', 255);
    },
  },
  {
    word: 'algorithm',
    value: (words, { target }) => {
      target.algorithm = words.oneOf(AO_ALGORITHMS, 'a TCP-AO algorithm');
    },
  },
  {
    word: 'password',
    value: (words, place) => {
      place.target.password = { text: password(words, place).text, word: place.statement.word };
    },
  },
  {
    word: 'base64',
    value: (words, { target }) => {
      target.base64 = boolean(words, false);
    },
  },
]);

function readTcpAo(
  place: Place<NeighborDraft> & { readonly block: Parameters<typeof TCP_AO.read>[0] },
): void {
  const { block, target, statement, context } = place;
  const draft: AoDraft = { keyId: 0, base64: false };
  TCP_AO.read(block, draft, context);
  const { keyId, algorithm, password: said } = draft;
  const missing = [
    ...(algorithm === undefined ? ['algorithm'] : []),
    ...(said === undefined ? ['password'] : []),
  ];
  if (algorithm === undefined || said === undefined) {
    throw new Refusal(statement.word, `incomplete tcp-ao, missing ${missing.join(', ')}`);
  }
  target.protection.tcpAo = { keyId, algorithm, key: secretOf('TCP-AO', said, draft.base64) };
}

/** What protects the TCP connections of a neighbor, and where they go out. */
export const PROTECTION_ROWS: readonly Row[] = [
  passwordRow('md5-password'),
  passwordRow('md5', 'md5-password'),
  {
    word: 'md5-base64',
    since: '4.0',
    value: (words, { target }) => {
      target.protection.md5Base64 = base64(words);
    },
  },
  {
    word: 'md5-ip',
    since: '4.0',
    value: (words, { target }) => {
      target.scalars.md5Ip = address(words);
    },
  },
  ttlRow('outgoing-ttl', 'outgoingTtl'),
  ttlRow('incoming-ttl', 'incomingTtl'),
  { word: 'ttl-security', since: '3.x only', value: ttlSecurity },
  {
    word: 'source-interface',
    since: '5.0',
    value: (words, { target }) => {
      target.protection.sourceInterface = interfaceName(words);
    },
  },
  { word: 'tcp-ao', since: '6.0', block: (_, place) => readTcpAo(place) },
];

/** The protection that a neighbor's words ask for. `usual`: what an absent `md5-base64` means. */
export function protectionOf(
  draft: ProtectionDraft,
  context: LoadContext,
  usual: boolean | 'auto',
): ProtectionConfig {
  const { md5, tcpAo, outgoingTtl, incomingTtl, sourceInterface } = draft;
  if (md5 !== undefined && tcpAo !== undefined) {
    context.fail(new Refusal(md5.word, 'a neighbor has a md5-password or a tcp-ao section, not both'));
  }
  const config: ProtectionConfig = {
    md5: md5 === undefined ? undefined : secretOf('MD5', md5, draft.md5Base64 ?? usual),
    tcpAo,
    ttl: outgoingTtl === 'disable' ? undefined : outgoingTtl,
    minimumTtl: incomingTtl === 'disable' ? undefined : incomingTtl,
    sourceInterface,
  };
  return md5 === undefined && tcpAo === undefined ? context.shared(config) : config;
}

/** @throws Refusal when it is not base64, or longer than the system takes */
function secretOf(what: string, { text, word }: PasswordDraft, encoding: boolean | 'auto'): Secret {
  const octets = isEncoded(what, { text, word }, encoding) ? Buffer.from(text, 'base64') : octetsOfText(text);
  if (octets.length > LONGEST_KEY || octets.length === 0) {
    throw new Refusal(word, `${what} password of ${octets.length} octets: it must have 1 to ${LONGEST_KEY}`);
  }
  return new Secret(octets);
}

/** ExaBGP 4.2's `auto` decodes only what looks like lower-case hexadecimal, and leaves what is not base64. */
function isEncoded(what: string, { text, word }: PasswordDraft, encoding: boolean | 'auto'): boolean {
  if (encoding === false) return false;
  const valid = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  if (encoding === 'auto') return valid && /^[0-9a-f]+$/.test(text);
  if (!valid) throw new Refusal(word, `invalid ${what} password: not valid base64`);
  return true;
}
