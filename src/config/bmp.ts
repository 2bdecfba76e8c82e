import type { AddPathMode } from '../bmp/reading.ts';
import type { BmpView } from '../events/event.ts';
import type { Statement } from '../syntax/parse.ts';
import type { Word, Words } from '../syntax/words.ts';
import { readApi } from './api.ts';
import { endpoints } from './bmp-endpoint.ts';
import {
  BMP_DEFAULTS,
  type BmpApiConfig,
  type BmpConfig,
  type BmpEndpoint,
  type BmpRouterConfig,
  type BmpTlsConfig,
} from './bmp-model.ts';
import { type ExportDraft, exported, type RelayDraft, relay, withTls } from './bmp-outgoing.ts';
import { emptySelection, SELECT, VIEW_WORDS } from './bmp-select.ts';
import { DAY_SECONDS, MEBIBYTE, type Mutable, number, readTls } from './bmp-values.ts';
import type { LoadContext } from './context.ts';
import type { ApiDraft } from './draft.ts';
import { Refusal } from './errors.ts';
import { type Place, Section } from './schema.ts';
import { addressOrRange } from './values.ts';

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
  readonly relays: RelayDraft[];
  readonly exports: ExportDraft[];
  readonly apis: ApiDraft[];
  readonly api: BmpApiConfig[];
}

const ADD_PATH = ['auto', 'yes', 'no'] as const satisfies readonly AddPathMode[];

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

/** A router may be named by its address alone. */
function router(words: Words, block: readonly Statement[], context: LoadContext): BmpRouterConfig {
  const { address, length } = addressOrRange(words.next('the address of a router, or a range'), words);
  const draft: { name?: string; addPath?: AddPathMode } = {};
  ROUTER.read(block, draft, context);
  return { prefix: { address, length }, name: draft.name, addPath: draft.addPath };
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
      target.tls = readTls(statement.word, block, context);
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
  const { apis, relays, exports, ...rest } = draft;
  const secured = <T>(one: T & { readonly tls: RelayDraft['tls'] }) => withTls(one, draft.tls);
  const config = { ...rest, relays: relays.map(secured), exports: exports.map(secured) };
  const routers = config.listen.length + config.connect.length;
  if (context.errors.length === errorsBefore) {
    if (routers + exports.length === 0)
      throw new Refusal(word, "the bmp section has no 'listen', 'connect' or 'export'");
    if (routers === 0 && relays.length > 0)
      throw new Refusal(word, "there is nothing to relay: the bmp section has no 'listen' or 'connect'");
  }
  return { config, apis };
}
