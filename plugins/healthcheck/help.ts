import { type Group, OPTION_NAMES, OPTIONS, type Option } from './options.ts';

const HEADINGS: Readonly<Record<Group, string>> = {
  general: 'Options:',
  checking: 'Checking:',
  advertising: 'Advertising:',
  reporting: 'Reporting:',
};

const COLUMN = 36;

/** What `--help` prints. */
export function helpText(): string {
  const sections = (Object.keys(HEADINGS) as Group[]).map((group) => {
    const rows = OPTION_NAMES.filter((name) => OPTIONS[name].group === group);
    return [HEADINGS[group], ...rows.map((name) => row(name, OPTIONS[name] as Option<unknown>))].join('\n');
  });
  return `Announces service addresses while a check succeeds: a process for peerline.

  process watch { run peerline healthcheck --cmd "curl -sf http://127.0.0.1/health" --ip 192.0.2.53; }

${sections.join('\n\n')}
`;
}

function row(name: string, { also, argument, initial, help }: Option<unknown>): string {
  const operand = argument === undefined ? '' : ` ${argument.name}`;
  const spelling = `  ${[...also, `--${name}`].join(', ')}${operand}`;
  const preset = typeof initial === 'number' ? ` [${initial}]` : '';
  const start = spelling.length < COLUMN ? spelling.padEnd(COLUMN) : `${spelling}\n${' '.repeat(COLUMN)}`;
  return `${start}${help}${preset}`;
}
