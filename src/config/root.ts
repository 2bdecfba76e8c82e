import { nearest } from '../syntax/suggest.ts';
import { type Word, WordError, type Words } from '../syntax/words.ts';
import { readBmp } from './bmp.ts';
import type { BmpConfig } from './bmp-model.ts';
import type { LoadContext } from './context.ts';
import { type ApiDraft, emptyDraft, merge, type NeighborDraft } from './draft.ts';
import { Refusal } from './errors.ts';
import { finishing, type NeighborBlock, type NeighborOptions, neighborIdentity } from './finish.ts';
import type { ApiConfig, Config, NeighborConfig } from './model.ts';
import { groupSection, neighborSection } from './neighbor.ts';
import { Processes } from './process.ts';
import { type Keyword, Section } from './schema.ts';
import { addressOrRange } from './values.ts';

/** The sections of a file. */
export const ROOT = ['process', 'template', 'group', 'neighbor', 'bmp'] as const;

/** A file under construction. */
export interface RootDraft {
  readonly processes: Processes;
  readonly templates: Map<string, NeighborDraft>;
  readonly neighbors: NeighborBlock[];
  readonly bmp: { readonly config: BmpConfig; readonly apis: readonly ApiDraft[] }[];
  /** 3.x processes at the top level: what each is told of every neighbor. */
  readonly everywhere: ApiDraft[];
}

export function emptyRoot(): RootDraft {
  return { processes: new Processes(), templates: new Map(), neighbors: [], bmp: [], everywhere: [] };
}

export function rootSection(root: RootDraft): Section<RootDraft> {
  const neighbor = neighborSection(root.processes);
  return new Section<RootDraft>('the file', [
    {
      word: 'process',
      block: (words, place) => {
        const api = root.processes.read(words, place, false);
        if (api !== undefined) root.everywhere.push(api);
      },
    },
    templateRow(neighbor),
    groupRow(root),
    { ...neighborRow<RootDraft>(neighbor, (block, target) => target.neighbors.push(block)) },
    {
      word: 'bmp',
      block: (_, { block, target, statement, context }) =>
        void target.bmp.push(readBmp(statement.word, block, context)),
    },
  ]);
}

/** `neighbor ADDRESS { … }`, in the file and in a group. */
function neighborRow<T>(
  section: Section<NeighborDraft>,
  add: (block: NeighborBlock, target: T) => void,
): Keyword<T> {
  return {
    word: 'neighbor',
    block: (words, { block, target, context }) => {
      const header = context.attempt(() => neighborHeader(words, context));
      const draft = emptyDraft();
      section.read(block, draft, context);
      if (header !== undefined) add({ ...header, draft }, target);
    },
  };
}

function neighborHeader(words: Words, context: LoadContext): Omit<NeighborBlock, 'draft'> {
  const word = words.next('the address of the neighbor');
  const { hostBits, ...peer } = addressOrRange(word, words);
  if (hostBits) context.warn(word, `${word.text} has host bits set, which are ignored`);
  return { word, peer };
}

function templateRow(neighbor: Section<NeighborDraft>): Keyword<RootDraft> {
  const template = new Section<RootDraft>('template', [
    {
      word: 'neighbor',
      block: (words, { block, target, context }) => {
        const name = words.next('the name of the template');
        if (!/^[A-Za-z0-9._-]+$/.test(name.text))
          words.fail(name, 'a name of letters, digits, dots, dashes and underlines');
        context.claim('template', name);
        const draft = emptyDraft();
        neighbor.read(block, draft, context);
        for (const inherit of draft.inherits) context.warn(inherit, 'a template inherits from no other');
        target.templates.set(name.text, draft);
      },
    },
  ]);
  return {
    word: 'template',
    since: '4.0',
    block: (_, { block, target, context }) => template.read(block, target, context),
  };
}

/** 3.x: what stands in a group goes for all of its neighbors, before it and after. */
function groupRow(root: RootDraft): Keyword<RootDraft> {
  return {
    word: 'group',
    since: '3.x only',
    block: (words, { block, target, context, statement }) => {
      context.deprecate(
        statement.word,
        'it is template { neighbor NAME { … } }, and inherit NAME in each neighbor',
      );
      if (!words.done) words.next('the name of the group');
      const blocks: NeighborBlock[] = [];
      const inner = neighborRow<NeighborDraft>(neighborSection(root.processes), (read) => blocks.push(read));
      const shared = emptyDraft();
      groupSection(root.processes, inner).read(block, shared, context);
      // what is merged is to be complete
      for (const _ of context.settling());
      for (const read of blocks) {
        target.neighbors.push({ ...read, draft: merge(read.draft, shared, 'neighbor') });
      }
    },
  };
}

/** The whole file, checked across its sections. */
export function* finishingConfig(
  root: RootDraft,
  context: LoadContext,
  options: NeighborOptions,
): Generator<void, Config, void> {
  const neighbors: NeighborConfig[] = [];
  const seen = new Map<string, Word>();
  const match = processMatcher(root.processes.names);
  const apis = root.bmp.flatMap((bmp) => bmp.apis);
  for (const block of root.neighbors) {
    const draft = withTemplates(block.draft, root, context);
    apis.push(...draft.apis);
    const config = yield* context.attempting(finishing({ ...block, draft }, context, options));
    if (config === undefined) continue;
    context.attempt(() => checkDuplicate(config, block.word, seen));
    const api = context.shared([...config.api.map(match), ...unlisted(root.everywhere, config.api)]);
    neighbors.push({ ...config, api });
  }
  checkProcesses(new Set(apis), root, context);
  const bmp = root.bmp.map(({ config }) => ({ ...config, api: config.api.map(match) }));
  return { processes: root.processes.all, neighbors, bmp };
}

/** `processes-match` names the processes whose names match, from their start. */
function processMatcher(names: readonly string[]): (api: ApiConfig) => ApiConfig {
  return (api) => {
    const matching = names.filter((name) => api.processesMatch.some((text) => matches(text, name)));
    return matching.length === 0 ? api : { ...api, processes: [...new Set([...api.processes, ...matching])] };
  };
}

function matches(expression: string, name: string): boolean {
  return new RegExp(`^(?:${expression})`).test(name);
}

/** An unknown template is ignored as ExaBGP does, but told. */
function withTemplates(draft: NeighborDraft, root: RootDraft, context: LoadContext): NeighborDraft {
  let merged = draft;
  const seen = new Set<string>();
  for (const word of draft.inherits) {
    if (seen.has(word.text)) continue;
    seen.add(word.text);
    const template = root.templates.get(word.text);
    if (template !== undefined) merged = merge(merged, template, 'inherited');
    else {
      const near = nearest(word.text, [...root.templates.keys()]);
      const hint = near === undefined ? '' : `; did you mean '${near}'?`;
      context.warn(word, `there is no template '${word.text}': nothing is inherited${hint}`);
    }
  }
  return merged;
}

function checkDuplicate(config: NeighborConfig, word: Word, seen: Map<string, Word>): void {
  const identity = neighborIdentity(config);
  if (seen.has(identity)) throw new Refusal(word, `neighbor ${word.text} is defined twice`);
  seen.set(identity, word);
}

/** A process at the top level that says what it receives hears of every neighbor that does not list it itself. */
function unlisted(everywhere: readonly ApiDraft[], own: readonly ApiConfig[]): ApiConfig[] {
  const listed = new Set(own.flatMap((api) => api.processes));
  return everywhere
    .map((api) => api.config)
    .filter((config) => config.processes.some((name) => !listed.has(name)));
}

function checkProcesses(apis: ReadonlySet<ApiDraft>, root: RootDraft, context: LoadContext): void {
  for (const word of new Set([...apis].flatMap((api) => api.names))) {
    if (root.processes.has(word.text)) continue;
    const { names } = root.processes;
    const defined = names.length === 0 ? 'none is defined' : names.join(', ');
    context.fail(new WordError(word, `the name of a process (${defined})`, names));
  }
  for (const [word, config] of root.processes.defined) {
    if (config.commandsAll || [...apis].some((api) => concerns(api.config, config.name))) continue;
    context.warn(
      word,
      `no api section names process '${word.text}': it is started, told nothing, and commands no neighbor`,
    );
  }
}

function concerns(api: ApiConfig, name: string): boolean {
  return api.processes.includes(name) || api.processesMatch.some((text) => matches(text, name));
}
