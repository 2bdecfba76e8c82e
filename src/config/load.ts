import { parsingConfigText } from '../syntax/parse.ts';
import { quoteFound, Source } from '../syntax/source.ts';
import { WordError } from '../syntax/words.ts';
import { finished } from '../wire/finished.ts';
import { LoadContext } from './context.ts';
import type { Environment } from './environment.ts';
import { configErrors, syntaxError } from './errors.ts';
import type { Config } from './model.ts';
import { type ResolveProgram, resolveProgram } from './programs.ts';
import { emptyRoot, finishingConfig, ROOT, rootSection } from './root.ts';

/** To find out where its lines begin takes so long that it matters; characters. */
const LONG_TEXT = 1 << 18;

export interface LoadInput {
  /** Whole, or in parts as it was read: a long one is never put together as long as it is right. */
  readonly text: string | readonly string[];
  /** As it is shown in messages; `run` programs are looked for in its directory. */
  readonly file: string;
  readonly environment?: Environment;
  /** How programs are found; a test's own, where the file system does not matter. */
  readonly resolveProgram?: ResolveProgram;
}

export interface Loaded {
  readonly config: Config;
  /** What was understood and yet deserves a word, each with its place. */
  readonly warnings: readonly string[];
}

/**
 * Configuration text as the typed model; after this nothing needs to be checked again.
 * @throws ConfigErrors with every mistake of the file
 */
export function loadConfig(input: LoadInput): Loaded {
  return finished(loadingConfig(input));
}

/** As `loadConfig`, giving back control now and then: a table of many routes takes some time. @throws ConfigErrors */
export function* loadingConfig(input: LoadInput): Generator<void, Loaded, void> {
  const source = new Source(input.file, input.text);
  const { environment } = input;
  const context = new LoadContext(source, input.resolveProgram ?? resolveProgram, environment?.api);
  const parts = typeof input.text === 'string' ? [input.text] : input.text;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const tree = yield* parsingConfigText(parts);
  if (length > LONG_TEXT) yield* source.measuring();
  for (const problem of tree.errors) context.fail(syntaxError(problem));
  for (const problem of tree.unclosed)
    context.warn(problem, `found ${quoteFound(problem.found)}, missing ${problem.expected}`);
  for (const problem of tree.superfluous) context.warn(problem, "a '}' too many is ignored");
  const root = emptyRoot();
  if (tree.statements.length === 0 && tree.errors.length === 0) {
    const end = { at: length, end: length };
    context.fail(new WordError(end, `a section (${ROOT.join(', ')})`));
  }
  yield;
  yield* rootSection(root).reading(tree.statements, root, context);
  yield* context.settling();
  const config = yield* finishingConfig(root, context, {
    passive: environment?.bgp.passive ?? false,
    md5Base64: environment?.api.version === 4 ? 'auto' : false,
  });
  if (context.errors.length > 0) throw configErrors(source, context.errors);
  return { config, warnings: context.warnings };
}
