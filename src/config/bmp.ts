import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { AddPathMode } from '../bmp/reading.ts';
import type { BmpView } from '../events/event.ts';
import type { Statement } from '../syntax/parse.ts';
import type { Word, Words } from '../syntax/words.ts';
import { formatAddress, parseAddress } from '../wire/address.ts';
import { readApi } from './api.ts';
import {
  BMP_DEFAULTS,
  type BmpApiConfig,
  type BmpConfig,
  type BmpEndpoint,
  type BmpExportConfig,
  type BmpRelayConfig,
  type BmpRouterConfig,
  type BmpTlsConfig,
} from './bmp-model.ts';
import { emptySelection, SELECT, VIEW_WORDS } from './bmp-select.ts';
import type { LoadContext } from './context.ts';
import type { ApiDraft } from './draft.ts';
import { Refusal } from './errors.ts';
import { type Keyword, type Place, Section } from './schema.ts';
import { addressOrRange } from './values.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface BmpDraft {
  readonly listen: BmpEndpoint[];
  readonly connect: BmpEndpoint[];
  tls: BmpTlsConfig | undefined;
  idleTimeoutSeconds: number;
  addPath: AddPathMode;
  readonly rib: Set<BmpView>;
  readonly resync: Mutable<BmpConfig['resync']>;
  readonly limits: Mutable<BmpConfig['limits']>;
  readonly routers: BmpRouterConfig[];
  readonly relays: BmpRelayConfig[];
  readonly exports: BmpExportConfig[];
  readonly apis: ApiDraft[];
  readonly api: BmpApiConfig[];
}

const EXPECTED = 'ADDRESS:PORT, as 127.0.0.1:11019 or [::1]:11019';
const ADD_PATH = ['auto', 'yes', 'no'] as const satisfies readonly AddPathMode[];
const MEBIBYTE = 1024 * 1024;
const DAY_SECONDS = 86_400;

function emptyBmp(): BmpDraft {
  return {
    listen: [],
    connect: [],
    tls: undefined,
    ...BMP_DEFAULTS,
    rib: new Set(),
    resync: { ...BMP_DEFAULTS.resync },
    limits: { ...BMP_DEFAULTS.limits },
    routers: [],
    relays: [],
    exports: [],
    apis: [],
    api: [],
  };
}

/** The brackets of an IPv6 address touch it and its port; those of a list enclose whole values. */
function endpoint(words: Words): BmpEndpoint {
  const first = words.next(EXPECTED);
  if (first.text !== '[' || first.quoted) return endpointOf(first, first.text, words);
  const parts = [first];
  for (let end = first.end; words.peek()?.at === end; end = parts.at(-1)?.end ?? end)
    parts.push(words.next(EXPECTED));
  const text = parts.map((part) => part.text).join('');
  return endpointOf({ ...first, text, end: parts.at(-1)?.end ?? first.end }, text, words);
}

function endpointOf(word: Word, text: string, words: Words): BmpEndpoint {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text);
  const address = parseAddress(match?.[1] ?? match?.[2] ?? '');
  const port = Number(match?.[3]);
  if (address === undefined || !(port >= 1 && port <= 65535)) return words.fail(word, EXPECTED);
  return { address: formatAddress(address), port };
}

/** An IPv6 address in brackets, rather than a list. */
function isBracketedAddress(words: Words): boolean {
  const [open, inner, close, port] = [0, 1, 2, 3].map((ahead) => words.peek(ahead));
  return open?.text === '[' && close?.text === ']' && inner?.end === close.at && port?.at === close.end;
}

function endpoints(words: Words, into: BmpEndpoint[]): void {
  if (isBracketedAddress(words)) into.push(endpoint(words));
  else into.push(...words.list(endpoint, { commas: true }));
  while (!words.done) into.push(endpoint(words));
}

/** A keyword whose value is a number. */
function number<K extends string>(
  word: string,
  key: K,
  [what, maximum, minimum]: readonly [string, number, number],
): Keyword<Record<K, number>> {
  return {
    word,
    value: (words, { target }) => {
      (target as Record<string, number>)[key] = words.unsigned(what, maximum, minimum);
    },
  };
}

/** A keyword whose value is a path, from where the configuration is: of a file that is there, or of anything. */
function path<K extends string>(
  word: K,
  what: 'a file' | 'a directory',
): Keyword<Partial<Record<K, string>>> {
  return {
    word,
    value: (words, { target, context }) => {
      const found = words.next(`the path of ${what}`);
      const absolute = resolve(context.directory, found.text);
      if (what === 'a file' && !isReadable(absolute)) words.fail(found, 'a file that can be read');
      (target as Record<string, string>)[word] = absolute;
    },
  };
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

const TLS = new Section<Partial<Mutable<BmpTlsConfig>>>('tls', [
  path('certificate', 'a file'),
  path('key', 'a file'),
  path('ca', 'a file'),
]);

const RESYNC = new Section<BmpDraft['resync']>('resync', [
  number('quiet-time', 'quietSeconds', ['seconds', DAY_SECONDS, 1]),
  number('limit', 'limitSeconds', ['seconds', DAY_SECONDS, 1]),
]);

const LIMITS = new Section<BmpDraft['limits']>('limits', [
  number('routers', 'routers', ['a number of connections', 100_000, 1]),
  number('per-address', 'perAddress', ['a number of connections', 100_000, 1]),
  number('peers', 'peers', ['a number of peers', 1_000_000, 1]),
  number('message-size', 'messageSize', ['octets', 16 * MEBIBYTE, 4096]),
]);

const VIEWS = new Section<Set<BmpView>>(
  'RIB views',
  Object.entries(VIEW_WORDS).map(([word, views]) => ({
    word,
    value: (_, { target }) => {
      for (const view of views) target.add(view);
    },
  })),
);

const ROUTER = new Section<{ name?: string; addPath?: AddPathMode }>('router', [
  {
    word: 'name',
    value: (words, { target }) => {
      target.name = words.next('a name').text;
    },
  },
  {
    word: 'add-path',
    value: (words, { target }) => {
      target.addPath = words.oneOf(ADD_PATH, 'whether NLRI have path identifiers');
    },
  },
]);

const RELAY = new Section<{ directory?: string; sizeBytes: number; ageSeconds: number }>('relay', [
  path('directory', 'a directory'),
  {
    word: 'size',
    value: (words, { target }) => {
      target.sizeBytes = words.unsigned('megabytes', 1_000_000, 1) * MEBIBYTE;
    },
  },
  number('age', 'ageSeconds', ['seconds', 30 * DAY_SECONDS, 1]),
]);

const EXPORT = new Section<{ readonly views: Set<BmpView>; sysName?: string; statisticsSeconds: number }>(
  'export',
  [
    ...(['adj-rib-in-pre-policy', 'adj-rib-out-post-policy'] as const).map((view) => ({
      word: view,
      value: (_: Words, { target }: Place<{ views: Set<BmpView> }>) => void target.views.add(view),
    })),
    {
      word: 'sys-name',
      value: (words, { target }) => {
        target.sysName = words.next('a name').text;
      },
    },
    number('statistics', 'statisticsSeconds', ['seconds', DAY_SECONDS, 0]),
  ],
);

/** A router may be named by its address alone. */
function router(words: Words, block: readonly Statement[], context: LoadContext): BmpRouterConfig {
  const { address, length } = addressOrRange(words.next('the address of a router, or a range'), words);
  const draft: { name?: string; addPath?: AddPathMode } = {};
  ROUTER.read(block, draft, context);
  return { prefix: { address, length }, name: draft.name, addPath: draft.addPath };
}

function relay(words: Words, block: readonly Statement[], context: LoadContext): BmpRelayConfig {
  const to = endpoint(words);
  const draft = { sizeBytes: 256 * MEBIBYTE, ageSeconds: DAY_SECONDS };
  RELAY.read(block, draft, context);
  return { directory: undefined, ...draft, ...to };
}

function exported(words: Words, block: readonly Statement[], context: LoadContext): BmpExportConfig {
  const to = endpoint(words);
  const draft: { views: Set<BmpView>; sysName?: string; statisticsSeconds: number } = {
    views: new Set(),
    statisticsSeconds: 60,
  };
  EXPORT.read(block, draft, context);
  const all: readonly BmpView[] = ['adj-rib-in-pre-policy', 'adj-rib-out-post-policy'];
  return {
    ...to,
    sysName: draft.sysName,
    statisticsSeconds: draft.statisticsSeconds,
    views: draft.views.size === 0 ? new Set(all) : draft.views,
  };
}

function tls(word: Word, block: readonly Statement[], context: LoadContext): BmpTlsConfig {
  const { certificate, key, ca, ...none }: Partial<BmpTlsConfig> = readTls(block, context);
  if (certificate === undefined || key === undefined || ca === undefined) {
    throw new Refusal(word, 'tls needs a certificate, a key and a ca');
  }
  return { ...none, certificate, key, ca };
}

function readTls(block: readonly Statement[], context: LoadContext): Partial<BmpTlsConfig> {
  const draft: Partial<Mutable<BmpTlsConfig>> = {};
  TLS.read(block, draft, context);
  return draft;
}

/** `api { … select { … } }`: what stands in `select` narrows the rest. */
function api(words: Words, block: readonly Statement[], { target, context }: Place<BmpDraft>): void {
  const selects = block.filter(({ word }) => word.text === 'select' && !word.quoted);
  const rest = block.filter((statement) => !selects.includes(statement));
  const draft = readApi(words, rest, context);
  const select = emptySelection();
  for (const { block: lines = [] } of selects) SELECT.read(lines, select, context);
  target.apis.push(draft);
  target.api.push(selects.length === 0 ? draft.config : { ...draft.config, select });
}

const BMP = new Section<BmpDraft>('bmp', [
  { word: 'listen', value: (words, { target }) => endpoints(words, target.listen) },
  { word: 'connect', value: (words, { target }) => endpoints(words, target.connect) },
  {
    word: 'tls',
    block: (_, { block, target, statement, context }) => {
      target.tls = tls(statement.word, block, context);
    },
  },
  number('idle-timeout', 'idleTimeoutSeconds', ['seconds', DAY_SECONDS, 0]),
  {
    word: 'add-path',
    value: (words, { target }) => {
      target.addPath = words.oneOf(ADD_PATH, 'whether NLRI have path identifiers');
    },
  },
  { word: 'rib', block: (_, { block, target, context }) => VIEWS.read(block, target.rib, context) },
  { word: 'resync', block: (_, { block, target, context }) => RESYNC.read(block, target.resync, context) },
  { word: 'limits', block: (_, { block, target, context }) => LIMITS.read(block, target.limits, context) },
  {
    word: 'router',
    value: (words, { target, context }) => void target.routers.push(router(words, [], context)),
    block: (words, { block, target, context }) => void target.routers.push(router(words, block, context)),
  },
  {
    word: 'relay',
    value: (words, { target, context }) => void target.relays.push(relay(words, [], context)),
    block: (words, { block, target, context }) => void target.relays.push(relay(words, block, context)),
  },
  {
    word: 'export',
    value: (words, { target, context }) => void target.exports.push(exported(words, [], context)),
    block: (words, { block, target, context }) => void target.exports.push(exported(words, block, context)),
  },
  { word: 'api', block: (words, place) => api(words, place.block, place) },
]);

/** `bmp { listen ADDRESS:PORT; api { … } }` */
export function readBmp(
  word: Word,
  block: readonly Statement[],
  context: LoadContext,
): { readonly config: BmpConfig; readonly apis: readonly ApiDraft[] } {
  const draft = emptyBmp();
  const errorsBefore = context.errors.length;
  BMP.read(block, draft, context);
  const { apis, ...config } = draft;
  if (config.exports.length > 0) throw new Refusal(word, 'export is not there yet');

  const nothing = config.listen.length + config.connect.length + config.exports.length === 0;
  if (nothing && context.errors.length === errorsBefore) {
    throw new Refusal(word, "the bmp section has no 'listen', 'connect' or 'export'");
  }
  return { config, apis };
}
