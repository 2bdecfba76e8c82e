import { defaults, OPTION_NAMES, OPTIONS, type Option, type OptionName, type Options } from './options.ts';

/** What a person wrote wrong; the text is all that is shown. */
export class UsageError extends Error {}

/** `name` and, unless it is a flag that stands alone, its argument. */
interface Setting {
  readonly name: OptionName;
  readonly text: string | undefined;
  /** As it was written, for messages. */
  readonly where: string;
}

const NEGATIVE_NUMBER = /^-\d+(?:\.\d+)?$/;

/** Exclude each other. */
const LOG_TARGETS = ['silent', 'syslog-facility', 'no-syslog'] as const;

/**
 * Options of a command line; those of `--config` count as if they were written before all others.
 * @throws UsageError
 */
export function parseArguments(argv: readonly string[], readFile: (path: string) => string): Options {
  const typed = splitArguments(argv);
  const config = typed.findLast(({ name }) => name === 'config')?.text;
  const filed = config === undefined ? [] : splitConfig(readFile(config), config);
  const settings = [...filed, ...typed];
  const used = LOG_TARGETS.filter((name) => settings.some((setting) => setting.name === name));
  if (used.length > 1) throw new UsageError(`--${used.join(' and --')} exclude each other`);
  return settings.reduce(apply, defaults());
}

export function asksForHelp(argv: readonly string[]): boolean {
  return argv.some((arg) => arg === '-h' || arg === '--help');
}

/** The same options as a file: `long-option` or `long-option = value` per line, `#` starts a comment line. */
function splitConfig(text: string, path: string): Setting[] {
  return text.split('\n').flatMap((raw, index): Setting[] => {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) return [];
    const at = line.indexOf('=');
    const key = (at < 0 ? line : line.slice(0, at)).trim();
    const where = `${path}:${index + 1}: ${key}`;
    const name = longOption(key, where);
    return [setting(name, where, at < 0 ? undefined : line.slice(at + 1).trim())];
  });
}

function splitArguments(argv: readonly string[]): Setting[] {
  const rest = [...argv];
  const settings: Setting[] = [];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (!/^-./.test(arg)) throw new UsageError(`unexpected argument '${arg}'`);
    const { name, text, where, more } = splitArgument(arg);
    if (more !== undefined) rest.unshift(`-${more}`);
    settings.push(setting(name, where, text ?? following(name, rest)));
  }
  return settings;
}

/** An argument may follow as a word of its own. */
function following(name: OptionName, rest: string[]): string | undefined {
  const next = rest[0];
  if (rowOf(name).argument === undefined || next === undefined) return undefined;
  if (/^-./.test(next) && !NEGATIVE_NUMBER.test(next) && !next.includes(' ')) return undefined;
  return rest.shift();
}

/** `--name`, `--name=text`, `-n`, `-ntext`; `more`: the flags after a flag, as in `-da`. */
function splitArgument(arg: string): Omit<Setting, 'text'> & { text?: string; more?: string } {
  const at = arg.indexOf('=');
  const head = at < 0 ? arg : arg.slice(0, at);
  const text = at < 0 ? {} : { text: arg.slice(at + 1) };
  const exact = bySpelling(head);
  if (exact !== undefined) return { name: exact, where: head, ...text };
  if (arg.startsWith('--')) return { name: longOption(head.slice(2), head), where: head, ...text };
  const where = arg.slice(0, 2);
  const name = bySpelling(where);
  if (name === undefined) throw new UsageError(`unknown option ${arg}`);
  const tail = arg.slice(2);
  return rowOf(name).argument === undefined ? { name, where, more: tail } : { name, where, text: tail };
}

function bySpelling(spelling: string): OptionName | undefined {
  return OPTION_NAMES.find((name) => `--${name}` === spelling || rowOf(name).also.includes(spelling));
}

/** A long name, or what no other long name starts with. */
function longOption(key: string, where: string): OptionName {
  const exact = bySpelling(`--${key}`);
  if (exact !== undefined) return exact;
  const fitting = key === '' ? [] : OPTION_NAMES.filter((name) => name.startsWith(key));
  const [first] = fitting;
  if (first === undefined) throw new UsageError(`${where}: unknown option`);
  if (fitting.length > 1) throw new UsageError(`${where}: could be --${fitting.join(', --')}`);
  return first;
}

function setting(name: OptionName, where: string, text: string | undefined): Setting {
  const { argument } = rowOf(name);
  if (argument === undefined && text !== undefined) throw new UsageError(`${where} takes no argument`);
  if (argument === undefined) return { name, where, text };
  const given = text ?? argument.optional;
  if (given === undefined) throw new UsageError(`${where} needs an argument: ${argument.name}`);
  return { name, where, text: given };
}

function apply(options: Options, { name, text, where }: Setting): Options {
  try {
    return { ...options, [name]: rowOf(name).read(text ?? '', options[name]) };
  } catch (err) {
    if (!(err instanceof RangeError)) throw err;
    throw new UsageError(`${where}: '${text}': ${err.message}`, { cause: err });
  }
}

function rowOf(name: OptionName): Option<unknown> {
  return OPTIONS[name] as Option<unknown>;
}
