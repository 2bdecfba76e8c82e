import { existsSync } from 'node:fs';
import { nearest } from '../syntax/suggest.ts';
import { firstOperand, parseArguments } from './arguments.ts';
import { CliError, EXIT } from './exit.ts';
import { ENV_FILE, type OptionRows, PDB, ROOT, type Values } from './options.ts';
import { isProgram, PROGRAMS, VERBS, verbOf } from './verbs.ts';

/** Names under which this program takes the place of one of ExaBGP's: the verb that it then is. */
const NAMES: Readonly<Record<string, string>> = {
  exabgpcli: 'cli',
  'exabgp-cli': 'cli',
  'exabgp-healthcheck': 'healthcheck',
};

/** The command line of ExaBGP 3 and 4, and options that later ones take before a verb. */
const WITHOUT_VERB = {
  ...VERBS.run.options,
  ...ENV_FILE,
  ...ROOT,
  ...PDB,
  version: { type: 'flag', short: 'v', help: '' },
  help: { type: 'flag', short: 'h', help: '' },
  'full-ini': { type: 'flag', also: ['fi'], help: '' },
  'diff-ini': { type: 'flag', also: ['di'], help: '' },
  'full-env': { type: 'flag', also: ['fe'], help: '' },
  'diff-env': { type: 'flag', also: ['de'], help: '' },
  run: { type: 'text', value: 'PROGRAM', help: '' },
  validate: { type: 'flag', help: '' },
  test: { type: 'flag', short: 't', help: '' },
  signal: { type: 'text', value: 'SECONDS', help: '' },
  memory: { type: 'flag', short: 's', help: '', without: VERBS.run.options.memory.without },
  verbose: { type: 'flag', help: '' },
  passive: { type: 'flag', short: 'P', help: '' },
  decode: { type: 'text', short: 'x', value: 'HEX', repeats: true, help: '' },
} as const satisfies OptionRows;

const LISTS = [
  ['full-ini', 'ini', false],
  ['diff-ini', 'ini', true],
  ['full-env', 'env', false],
  ['diff-env', 'env', true],
] as const;

/**
 * The command line as a verb and what follows it. `exabgp run` is what ExaBGP 6 has it for: one command to a
 * daemon; `peerline run` runs the daemon.
 * @throws CliError as `parseArguments`
 */
export function withVerb(program: string, argv: readonly string[]): readonly string[] {
  const named = NAMES[program];
  if (named !== undefined) return [named, ...argv];
  const at = firstOperand(argv, WITHOUT_VERB);
  const word = argv[at];
  // `--run healthcheck --cmd …`: what follows is that program's
  const runAt = argv.slice(0, at).indexOf('--run');
  if (runAt >= 0) return [argv[runAt + 1] ?? '', ...argv.slice(runAt + 2)];
  if (word === 'run' && program === 'exabgp') return ['cli', ...argv.slice(0, at), ...argv.slice(at + 1)];
  if (word !== undefined && (verbOf(word) !== undefined || isProgram(word) || word === 'help')) {
    return [word, ...inFront(argv.slice(0, at), word), ...argv.slice(at + 1)];
  }
  if (word !== undefined) refuseSlip(word);
  return oldCommandLine(argv);
}

/** A verb that was mistyped is no file whose absence is to be told. @throws CliError */
function refuseSlip(word: string): void {
  if (!/^[a-z-]+$/.test(word) || existsSync(word)) return;
  const near = nearest(word, [...Object.keys(VERBS), ...Object.keys(PROGRAMS)]);
  if (near === undefined) return;
  throw new CliError(`'${word}' is neither a verb nor a file; did you mean '${near}'?`, EXIT.usage);
}

/** Options before the verb: the settings file may stand before any, also one that reads none. */
function inFront(argv: readonly string[], word: string): readonly string[] {
  const verb = verbOf(word);
  const own: OptionRows = verb === undefined ? {} : VERBS[verb].options;
  if (verb === undefined || 'env-file' in own) return argv;
  const settings = ['--env-file', '--env', '-e'];
  return argv.filter(
    (arg, i) => !settings.includes(arg.split('=')[0] ?? '') && !settings.includes(argv[i - 1] ?? ''),
  );
}

function oldCommandLine(argv: readonly string[]): readonly string[] {
  const { options, operands } = parseArguments(argv, {
    options: WITHOUT_VERB,
    operands: [0, Number.POSITIVE_INFINITY],
    usage: 'CONF…',
  });
  if (options.help) return ['help'];
  if (options.version) return ['version'];
  const common = texts(options, ['env-file', 'root']);
  const list = LISTS.find(([name]) => options[name]);
  if (list !== undefined) return ['env', '--format', list[1], ...(list[2] ? ['--diff'] : []), ...common];
  if (options.run !== undefined) return [options.run, ...operands];
  if (options.validate || options.test) {
    return [
      'check',
      ...(options.validate ? ['--print'] : []),
      ...(options.test ? ['--test'] : []),
      ...(options.pdb ? ['--pdb'] : []),
      ...common,
      ...operands,
    ];
  }
  if (options.decode.length > 0) {
    const conf = operands.slice(0, 1).flatMap((file) => ['--conf', file]);
    return ['decode', '--api-version', 'env', ...common, ...conf, ...options.decode, '--update'];
  }
  if (operands.length === 0) return ['help', ...(argv.length === 0 ? [] : argv)];
  const flags = (['debug', 'verbose', 'passive', 'once', 'pdb', 'memory'] as const).filter(
    (name) => options[name],
  );
  return [
    'run',
    ...flags.map((name) => `--${name}`),
    ...texts(options, ['log-level', 'log-format', 'signal', 'profile']),
    ...common,
    ...operands,
  ];
}

type TextName = 'env-file' | 'root' | 'log-level' | 'log-format' | 'signal' | 'profile';

function texts(options: Values<typeof WITHOUT_VERB>, names: readonly TextName[]): string[] {
  return names.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
}
