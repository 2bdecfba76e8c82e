import type { BmpView } from '../events/event.ts';
import type { Statement } from '../syntax/parse.ts';
import type { Word, Words } from '../syntax/words.ts';
import type { Prefix } from '../wire/prefix.ts';
import { endpoint } from './bmp-endpoint.ts';
import {
  type BmpExportConfig,
  type BmpRelayConfig,
  type BmpTlsConfig,
  EXPORT_DEFAULTS,
  type ExportView,
} from './bmp-model.ts';
import { DAY_SECONDS, MEBIBYTE, number, path, readTls } from './bmp-values.ts';
import type { LoadContext } from './context.ts';
import { Refusal } from './errors.ts';
import { type Keyword, Section } from './schema.ts';
import { addressOrRange } from './values.ts';

/** `tls;` is that of the section, wherever in it that stands. */
type TlsDraft = BmpTlsConfig | { readonly ofSection: Word } | undefined;
type Unsecured<T> = Omit<T, 'tls'> & { tls: TlsDraft };
export type RelayDraft = Unsecured<BmpRelayConfig>;
export type ExportDraft = Unsecured<BmpExportConfig>;

const TLS: Keyword<{ tls: TlsDraft }> = {
  word: 'tls',
  value: (_, { target, statement }) => {
    target.tls = { ofSection: statement.word };
  },
  block: (_, { target, statement, block, context }) => {
    target.tls = readTls(statement.word, block, context);
  },
};

/** @throws Refusal where the section has none, and is to be the one */
export function withTls<T>(
  draft: T & { readonly tls: TlsDraft },
  ofSection: BmpTlsConfig | undefined,
): T & { readonly tls: BmpTlsConfig | undefined } {
  const { tls } = draft;
  if (tls === undefined || !('ofSection' in tls)) return { ...draft, tls };
  if (ofSection === undefined)
    throw new Refusal(tls.ofSection, 'tls without a block is that of the section, which has none');
  return { ...draft, tls: ofSection };
}

function megabytes<K extends string>(word: string, key: K): Keyword<Record<K, number>> {
  return {
    word,
    value: (words, { target }) => {
      (target as Record<string, number>)[key] = words.unsigned('megabytes', 1_000_000, 1) * MEBIBYTE;
    },
  };
}

interface RelayWords {
  directory?: string;
  sizeBytes: number;
  ageSeconds: number;
  tls: TlsDraft;
}

const RELAY = new Section<RelayWords>('relay', [
  path('directory', 'a directory'),
  megabytes('size', 'sizeBytes'),
  number('age', 'ageSeconds', ['seconds', 30 * DAY_SECONDS, 1]),
  TLS,
]);

export function relay(words: Words, block: readonly Statement[], context: LoadContext): RelayDraft {
  const to = endpoint(words);
  const draft: RelayWords = { sizeBytes: 256 * MEBIBYTE, ageSeconds: DAY_SECONDS, tls: undefined };
  RELAY.read(block, draft, context);
  return { directory: undefined, ...draft, ...to };
}

interface ExportWords {
  readonly views: Set<ExportView>;
  readonly neighbors: Prefix[];
  readonly stations: Prefix[];
  sysName: string | undefined;
  sysDescr: string | undefined;
  statisticsSeconds: number;
  bufferBytes: number;
  mirroring: boolean;
  tls: TlsDraft;
}

/** The words for views, and what each stands for. There is no policy between what is received before and after it. */
const VIEW_WORDS = {
  'adj-rib-in': 'adj-rib-in-pre-policy',
  'adj-rib-in-pre-policy': 'adj-rib-in-pre-policy',
  'adj-rib-out': 'adj-rib-out-post-policy',
  'adj-rib-out-pre-policy': 'adj-rib-out-pre-policy',
  'adj-rib-out-post-policy': 'adj-rib-out-post-policy',
} as const satisfies Record<string, BmpView>;

type Addresses = 'neighbors' | 'stations';

/** Addresses and prefixes, in one list or several. */
function addresses<K extends Addresses>(word: string, key: K): Keyword<Record<K, Prefix[]>> {
  const one = (words: Words): Prefix => {
    const { address, length } = addressOrRange(words.next('an address, or a prefix'), words);
    return { address, length };
  };
  return { word, value: (words, { target }) => void target[key].push(...words.list(one, { commas: true })) };
}

function text<K extends 'sysName' | 'sysDescr'>(
  word: string,
  key: K,
): Keyword<Record<K, string | undefined>> {
  return {
    word,
    value: (words, { target }) => {
      (target as Record<string, string>)[key] = words.next('a text').text;
    },
  };
}

const EXPORT = new Section<ExportWords>('export', [
  ...Object.entries(VIEW_WORDS).map(
    ([word, view]): Keyword<ExportWords> => ({ word, value: (_, { target }) => void target.views.add(view) }),
  ),
  addresses('neighbor', 'neighbors'),
  addresses('station', 'stations'),
  text('sys-name', 'sysName'),
  text('sys-descr', 'sysDescr'),
  number('statistics', 'statisticsSeconds', ['seconds', DAY_SECONDS, 0]),
  megabytes('buffer', 'bufferBytes'),
  {
    word: 'route-mirroring',
    value: (_, { target }) => {
      target.mirroring = true;
    },
  },
  TLS,
]);

/** `export ADDRESS:PORT` is a station that we connect to; `export listen ADDRESS:PORT` is where stations find us. */
export function exported(words: Words, block: readonly Statement[], context: LoadContext): ExportDraft {
  const passive = words.take('listen');
  const to = endpoint(words);
  const { views, ...plain } = EXPORT_DEFAULTS;
  const draft: ExportWords = {
    ...plain,
    views: new Set(),
    neighbors: [],
    stations: [],
    sysName: undefined,
    sysDescr: undefined,
    tls: undefined,
  };
  EXPORT.read(block, draft, context);
  return { ...draft, ...to, passive, views: draft.views.size === 0 ? new Set(views) : draft.views };
}
