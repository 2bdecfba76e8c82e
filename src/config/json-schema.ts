import { parseConfigText } from '../syntax/parse.ts';
import { Source } from '../syntax/source.ts';
import { WordError } from '../syntax/words.ts';
import { LoadContext } from './context.ts';
import { emptyRoot, ROOT, rootSection } from './root.ts';

/** A JSON Schema (draft 2020-12) of a section, or of the value of a keyword. */
export interface Schema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: 'object' | 'string' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: false;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
}

/** A word that is nowhere right. */
const PROBE = '?';
const DRAFT = 'https://json-schema.org/draft/2020-12/schema';
/** What stands between a keyword and its block. */
const NAMED: Readonly<Record<string, string>> = { process: 'p', neighbor: '192.0.2.1', group: 'g' };
/** Sections within sections, and no further. */
const DEPTH = 5;

/**
 * The schema of the configuration, or of the section that `path` leads to. It is what the grammar itself says when it is
 * asked with a wrong word in every place: there is no other list of keywords.
 * @returns undefined where the path leads nowhere
 */
export function configurationSchema(path: readonly string[] = []): Schema | undefined {
  let schema: Schema | undefined = sectionSchema([], [...ROOT]);
  for (const word of path) {
    const properties: Readonly<Record<string, Schema>> = schema?.properties ?? {};
    const found: Schema | undefined = Object.hasOwn(properties, word) ? properties[word] : undefined;
    schema = found?.anyOf?.find(({ properties }) => properties !== undefined) ?? found;
  }
  if (schema === undefined) return undefined;
  return { $schema: DRAFT, title: ['Peerline configuration', ...path].join(' '), ...schema };
}

function sectionSchema(path: readonly string[], keywords: readonly string[]): Schema {
  const entries = keywords.map((word) => [word, keywordSchema(path, word)] as const);
  return { type: 'object', properties: Object.fromEntries(entries), additionalProperties: false };
}

/** Neighbors of templates and groups, and groups themselves, have the keywords of a neighbor. */
function isNeighbor(path: readonly string[], word: string): boolean {
  return path.length === 0 ? word === 'group' : word === 'neighbor';
}

function keywordSchema(path: readonly string[], word: string): Schema {
  if (isNeighbor(path, word)) return { $ref: '#/properties/neighbor' };
  const value = valueSchema(answer(path, `${word} ${PROBE};`));
  const block = path.length < DEPTH ? blockSchema(path, word) : undefined;
  if (value === undefined) return block ?? { type: 'object' };
  return block === undefined ? value : { anyOf: [value, block] };
}

/** Undefined: the keyword has none. */
function blockSchema(path: readonly string[], word: string): Schema | undefined {
  const said = answer([...path, word], `${PROBE};`);
  if (said === undefined || !said.expected.startsWith('a keyword of ')) return undefined;
  return sectionSchema([...path, word], said.candidates);
}

/** Undefined: the keyword wants a block. */
function valueSchema(said: WordError | undefined): Schema | undefined {
  if (said === undefined) return { type: 'string' };
  if (said.expected === "'{'") return undefined;
  const range = / from (\d+) to (\d+)$/.exec(said.expected);
  const description = said.expected;
  if (range !== null) {
    return { type: 'integer', minimum: Number(range[1]), maximum: Number(range[2]), description };
  }
  if (said.candidates.includes('true')) return { type: 'boolean', description };
  // names that this system knows say nothing of others
  const named = said.candidates.length > 0 && !description.includes('/etc/');
  if (named) return { enum: said.candidates, description };
  return { type: 'string', description };
}

/** What the grammar says of the probe in a statement within these sections. */
function answer(path: readonly string[], statement: string): WordError | undefined {
  const open = path.map((word) => `${word} ${NAMED[word] ?? ''} { `).join('');
  const text = `${open}${statement}${' }'.repeat(path.length)}`;
  const context = new LoadContext(new Source('schema', text), (program) => ({ path: program }));
  const root = emptyRoot();
  rootSection(root).read(parseConfigText(text).statements, root, context);
  return context.errors.find((err) => err instanceof WordError && about(err, text));
}

/** About the probe, or about what stands at its statement's end. */
function about(err: WordError, text: string): boolean {
  return err.found === PROBE || (err.found === ';' && err.at >= text.indexOf(PROBE));
}
