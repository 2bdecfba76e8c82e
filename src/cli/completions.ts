import { COMMANDS } from '../commands/table.ts';
import { optionWords } from './help.ts';
import type { OptionRow } from './options.ts';
import type { VerbRow } from './verbs/row.ts';
import { PROGRAMS, VERBS } from './verbs.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type ShellName = (typeof SHELLS)[number];

/** Where a shell looks for completions of one user, below the home directory. */
export const HOMES: Readonly<Record<ShellName, string>> = {
  bash: '.local/share/bash-completion/completions/peerline',
  zsh: '.local/share/zsh/site-functions/_peerline',
  fish: '.config/fish/completions/peerline.fish',
};

/** A script that completes the command line in a shell. It starts no program: all words are in it. */
export function completionScript(shell: ShellName): string {
  return { bash, zsh, fish }[shell]();
}

interface Completed {
  readonly names: readonly string[];
  readonly help: string;
  readonly row: VerbRow | undefined;
}

function verbs(): Completed[] {
  const rows = Object.entries(VERBS).map(
    ([name, row]: [string, VerbRow]): Completed => ({
      names: [name, ...(row.also ?? [])],
      help: row.help,
      row,
    }),
  );
  const programs = Object.entries(PROGRAMS).map(
    ([name, help]): Completed => ({ names: [name], help, row: undefined }),
  );
  return [...rows, ...programs];
}

/** First words of commands, and the words that may follow each. */
function commandWords(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const spelling of COMMANDS.flatMap(({ words }) => words)) {
    const [first = '', ...rest] = spelling.split(' ');
    const next = found.get(first) ?? new Set();
    for (const word of rest) next.add(word);
    found.set(first, next);
  }
  return found;
}

function operandWords(row: VerbRow | undefined): readonly string[] {
  if (row?.completes === undefined || row.completes === 'files') return [];
  return row.completes === 'commands' ? [...commandWords().keys()] : row.completes;
}

function bash(): string {
  const cases = verbs().map(({ names, row }) => {
    const options = optionWords(row?.options ?? {});
    const values = options
      .filter(({ row: { choices } }) => choices !== undefined)
      .map(({ word, row: { choices } }) => `      --${word}) words='${choices?.join(' ')}' files= ;;`);
    const taking = options.filter(({ row: { type, choices } }) => type === 'text' && choices === undefined);
    const files =
      taking.length === 0 ? [] : [`      ${taking.map(({ word }) => `--${word}`).join('|')}) files=1 ;;`];
    const all = [...options.map(({ word }) => `--${word}`), '--help', ...operandWords(row)].join(' ');
    return [
      `    ${names.join('|')})`,
      `      words='${all}'`,
      ...(row?.completes === 'files' ? ['      files=1'] : []),
      '      case $previous in',
      ...values,
      ...files,
      ...(row?.completes === 'commands' ? commandCases() : []),
      '      esac ;;',
    ].join('\n');
  });
  const names = verbs().flatMap((verb) => verb.names);
  return `# bash completion of peerline; peerline completion bash prints it
_peerline() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} words files=
  if [ "$COMP_CWORD" = 1 ]; then
    words='${[...names, '--help', '--version'].join(' ')}'
    files=1
  else
    case \${COMP_WORDS[1]} in
${cases.join('\n')}
    *) files=1 ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _peerline peerline
`;
}

/** After the first word of a command, those that may follow. */
function commandCases(): string[] {
  return [...commandWords()]
    .filter(([, next]) => next.size > 0)
    .map(([first, next]) => `      ${first}) words='${[...next].join(' ')}' ;;`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function zshOption(word: string, { type, value, choices, help }: OptionRow): string {
  const what = help.replaceAll(/[[\]:]/g, ' ');
  if (type === 'flag') return quoted(`--${word}[${what}]`);
  return quoted(
    `--${word}=[${what}]:${value ?? 'text'}:${choices === undefined ? '_files' : `(${choices.join(' ')})`}`,
  );
}

function zsh(): string {
  const described = verbs().flatMap(({ names, help }) =>
    names.map((name) => quoted(`${name}:${help.replaceAll(':', ' ')}`)),
  );
  const cases = verbs().map(({ names, row }) => {
    const options = optionWords(row?.options ?? {}).map(({ word, row: option }) => zshOption(word, option));
    const words = operandWords(row);
    const operands = words.length > 0 ? [quoted(`*: :(${words.join(' ')})`)] : ["'*:file:_files'"];
    return `    ${names.join('|')}) _arguments ${[...options, ...operands].join(' ')} ;;`;
  });
  return `#compdef peerline
# zsh completion of peerline; peerline completion zsh prints it
_peerline() {
  local -a verbs
  verbs=(${described.join(' ')})
  if (( CURRENT == 2 )); then
    _describe verb verbs
    _files
    return
  fi
  local verb=$words[2]
  shift words
  (( CURRENT-- ))
  case $verb in
${cases.join('\n')}
    *) _files ;;
  esac
}
compdef _peerline peerline
`;
}

function fish(): string {
  const seen = '__fish_seen_subcommand_from';
  const all = verbs().flatMap(({ names }) => names);
  const lines = verbs().flatMap(({ names, help, row }) => [
    ...names.map(
      (name) => `complete -c peerline -n "not ${seen} ${all.join(' ')}" -a ${name} -d ${quoted(help)}`,
    ),
    ...optionWords(row?.options ?? {}).map(({ word, row: option }) => {
      const takes =
        option.type === 'flag'
          ? ''
          : option.choices === undefined
            ? ' -r'
            : ` -x -a ${quoted(option.choices.join(' '))}`;
      return `complete -c peerline -n "${seen} ${names.join(' ')}" -l ${word}${takes} -d ${quoted(option.help)}`;
    }),
    ...operandWords(row).map((word) => `complete -c peerline -n "${seen} ${names.join(' ')}" -a ${word}`),
  ]);
  return `# fish completion of peerline; peerline completion fish prints it\n${lines.join('\n')}\n`;
}
