import type { OptionRow, OptionRows } from './options.ts';
import type { VerbRow } from './verbs/row.ts';
import { PROGRAMS, VERBS, type VerbName } from './verbs.ts';

const EXITS = `Exit codes:
  0  it worked, or the daemon was asked to stop
  1  the configuration is bad (all its errors are listed), the run failed, or a command was refused
  2  the command line is wrong
  70 a bug in peerline: its stack is in the log`;

/** What `peerline --help` prints: every verb in a line. */
export function mainHelp(): string {
  const verbs: [string, string][] = Object.entries(VERBS).map(([name, row]: [string, VerbRow]) => [
    `peerline ${name} ${row.usage}`.trim(),
    row.help,
  ]);
  const programs: [string, string][] = Object.entries(PROGRAMS).map(([name, help]) => [
    `peerline ${name} …`,
    help,
  ]);
  return `Usage:
  peerline VERB [OPTIONS] …
  peerline CONF…                       the same as: peerline run CONF…

Verbs:
${columns([...verbs, ...programs])}

peerline VERB --help lists the options of a verb. Called exabgp, exabgpcli or exabgp-healthcheck it takes
the command line of that program.

${EXITS}
`;
}

/** What `peerline VERB --help` prints. */
export function verbHelp(name: VerbName): string {
  const row: VerbRow = VERBS[name];
  const also =
    row.also === undefined ? '' : `  the same as: ${row.also.map((word) => `peerline ${word}`).join(', ')}\n`;
  const options: [string, string][] = Object.entries(row.options)
    .filter(([, option]) => option.without === undefined)
    .map(([word, option]) => [optionUsage(word, option), option.help]);
  const shown: [string, string][] = [...options, ['-h, --help', 'this text']];
  return `peerline ${name} [OPTIONS] ${row.usage}`.trimEnd().concat(`
${also}
${row.help}

Options:
${columns(shown)}

Examples:
${columns(row.examples.map(([line, what]) => [line, what]))}
`);
}

function optionUsage(name: string, { short, also = [], value, choices }: OptionRow): string {
  const names = [`--${name}`, ...also.map((word) => `--${word}`)].join(', ');
  const lead = short === undefined ? '    ' : `-${short}, `;
  const text = choices === undefined ? value : choices.join('|');
  return `${lead}${names}${text === undefined ? '' : ` ${text}`}`;
}

/** Beyond this width the second column goes to a line of its own. */
const FIRST_WIDTH = 36;

function columns(rows: readonly (readonly [string, string])[]): string {
  return rows
    .map(([left, right]) => {
      if (right === '') return `  ${left}`;
      return left.length < FIRST_WIDTH
        ? `  ${left.padEnd(FIRST_WIDTH)} ${right}`
        : `  ${left}\n  ${''.padEnd(FIRST_WIDTH)} ${right}`;
    })
    .join('\n');
}

/** Every word that may follow `--` or `-` in a verb, for completions. */
export function optionWords(options: OptionRows): { readonly word: string; readonly row: OptionRow }[] {
  return Object.entries(options)
    .filter(([, row]) => row.without === undefined)
    .flatMap(([name, row]) => [name, ...(row.also ?? [])].map((word) => ({ word, row })));
}
