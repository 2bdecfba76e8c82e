import { parseArgs } from 'node:util';
import { nearest } from '../syntax/suggest.ts';
import { printable } from '../wire/text.ts';
import { CliError, EXIT } from './exit.ts';
import type { OptionRow, OptionRows, Parsed, Values } from './options.ts';

export interface ArgumentRules<O extends OptionRows> {
  readonly options: O;
  /** How many words there must be at least, and may be at most. */
  readonly operands: readonly [number, number];
  /** What the words are, for the message when one is missing. */
  readonly usage: string;
  /** Options end at the first word: what follows is a command that may have dashes of its own. */
  readonly words?: true;
}

/** An option that was found, by the name in the table. */
interface Found {
  readonly name: string;
  readonly value: string | undefined;
}

/** @throws CliError with exit code 2: an option that is not known, a value that does not fit, words missing or too many */
export function parseArguments<const O extends OptionRows>(
  argv: readonly string[],
  rules: ArgumentRules<O>,
): Parsed<O> {
  const { before, found: behind } = restOption(loneOptions(argv, rules.options), rules.options);
  const { found: own, operands } = tokens(before, rules);
  const found = [...own, ...behind];
  const [least, most] = rules.operands;
  if (operands.length < least) throw usageError(`something is missing: ${rules.usage}`);
  const extra = operands[most];
  if (extra !== undefined) throw usageError(`'${printable(extra)}' is too much: ${rules.usage}`);
  const options = Object.fromEntries(
    Object.entries(rules.options).map(([name, row]) => [
      name,
      optionValue(
        row,
        found.filter((one) => one.name === name),
      ),
    ]),
  );
  return { options: options as Values<O>, operands };
}

/** Options that stand without their value, with one that is empty: the next option is none. */
function loneOptions(argv: readonly string[], rows: OptionRows): readonly string[] {
  const lone = Object.entries(rows).filter(([, row]) => row.lone);
  return argv.map((arg, i) => {
    const row = lone.find(([name, { short, also = [] }]) =>
      [`-${short}`, ...[name, ...also].map((long) => `--${long}`)].includes(arg),
    );
    const next = argv[i + 1];
    return row !== undefined && (next === undefined || /^-./.test(next)) ? `--${row[0]}=` : arg;
  });
}

/** What stands before an option that takes all the rest, and that rest. */
function restOption(
  argv: readonly string[],
  rows: OptionRows,
): { before: readonly string[]; found: Found[] } {
  const [name] = Object.entries(rows).find(([, row]) => row.rest) ?? [];
  const at = name === undefined ? -1 : argv.indexOf(`--${name}`);
  if (name === undefined || at < 0) return { before: argv, found: [] };
  return { before: argv.slice(0, at), found: argv.slice(at + 1).map((value) => ({ name, value })) };
}

/** The options that stand before the first word, and where that is: for what is no verb's own command line. */
export function firstOperand(argv: readonly string[], options: OptionRows): number {
  const token = scan(argv, options).find(({ kind }) => kind === 'positional' || kind === 'option-terminator');
  return token?.index ?? argv.length;
}

function optionValue(row: OptionRow, found: readonly Found[]): boolean | string | undefined | string[] {
  if (row.type === 'flag') return found.length > 0;
  const values = found.map(({ value }) => value ?? '');
  return row.repeats || row.rest ? values : values.at(-1);
}

function scan(argv: readonly string[], rows: OptionRows) {
  const options: Record<string, { type: 'boolean' | 'string'; short?: string; multiple: true }> =
    Object.create(null);
  for (const [name, row] of Object.entries(rows)) {
    const type = row.type === 'flag' ? 'boolean' : 'string';
    options[name] = { type, multiple: true, ...(row.short === undefined ? {} : { short: row.short }) };
    for (const also of row.also ?? []) options[also] = { type, multiple: true };
  }
  return parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function tokens<O extends OptionRows>(
  argv: readonly string[],
  rules: ArgumentRules<O>,
): { readonly found: Found[]; readonly operands: string[] } {
  const end = rules.words ? firstOperand(argv, rules.options) : argv.length;
  const rest = argv.slice(argv[end] === '--' ? end + 1 : end);
  const found: Found[] = [];
  const operands: string[] = [];
  for (const token of scan(argv.slice(0, end), rules.options)) {
    if (token.kind === 'positional') operands.push(token.value);
    else if (token.kind === 'option') found.push(optionOf(token, rules.options));
  }
  return { found, operands: [...operands, ...rest] };
}

interface Token {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
}

function optionOf({ name, rawName, value }: Token, rows: OptionRows): Found {
  const entry = Object.entries(rows).find(([known, row]) => known === name || row.also?.includes(name));
  if (entry === undefined) throw unknown(rawName, rows);
  const [known, row] = entry;
  if (row.type === 'flag' && value !== undefined) throw usageError(`${rawName} takes no value`);
  if (row.type === 'text' && value === undefined && row.lone !== true)
    throw usageError(`${rawName} needs a value: ${row.value ?? 'TEXT'}`);
  if (value !== undefined && row.choices?.includes(value) === false) {
    throw usageError(`${rawName}: found '${printable(value)}', expected one of ${row.choices.join(', ')}`);
  }
  return { name: known, value: value ?? (row.lone === true ? '' : undefined) };
}

function unknown(rawName: string, rows: OptionRows): CliError {
  const names = Object.entries(rows).flatMap(([name, row]) => [name, ...(row.also ?? [])]);
  const near = rawName.startsWith('--') ? nearest(rawName.slice(2), names) : undefined;
  const hint = near === undefined ? '' : `; did you mean '--${near}'?`;
  return usageError(`unknown option ${printable(rawName)}${hint}`);
}

function usageError(text: string): CliError {
  return new CliError(text, EXIT.usage);
}
