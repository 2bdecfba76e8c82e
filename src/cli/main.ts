import { basename } from 'node:path';
import process from 'node:process';
import { safeLine, safeLines } from '../wire/text.ts';
import { firstOperand, parseArguments } from './arguments.ts';
import { withVerb } from './exabgp.ts';
import { CliError, EXIT } from './exit.ts';
import { reasonOf } from './reason.ts';
import type { VerbRow } from './verbs/row.ts';
import { type Arguments, isProgram, VERBS, type VerbName, verbOf } from './verbs.ts';

type Handler<V extends VerbName> = (args: Arguments<V>) => void | Promise<void>;

/** Only what a verb needs is loaded: most of a second's start is reading code that nobody asked for. */
const LOADERS: { readonly [V in VerbName]: () => Promise<Handler<V>> } = {
  run: async () => (await import('./run.ts')).run,
  check: async () => (await import('./check.ts')).check,
  decode: async () => (await import('./decode.ts')).decode,
  pipe: async () => (await import('./pipe.ts')).pipe,
  bmp: async () => (await import('./bmp.ts')).bmp,
  replay: async () => (await import('./replay.ts')).replay,
  mrt: async () => (await import('./mrt.ts')).mrt,
  encode: async () => (await import('./encode.ts')).encode,
  cli: async () => (await import('./cli.ts')).cli,
  configuration: async () => (await import('./configuration.ts')).configuration,
  schema: async () => (await import('./schema.ts')).schema,
  migrate: async () => (await import('./migrate-verb.ts')).migrateVerb,
  env: async () => (await import('./env.ts')).env,
  demo: async () => (await import('./demo.ts')).demo,
  shell: async () => (await import('./completion.ts')).shell,
  completion: async () => (await import('./completion.ts')).completion,
  version: async () => (await import('./version-verb.ts')).version,
};

async function main(program: string, argv: readonly string[]): Promise<void> {
  const [word = 'help', ...rest] = withVerb(program, argv);
  if (word === 'help') return await help(rest[0], argv.length === 0);
  if (isProgram(word)) return await (await import('./healthcheck.ts')).startHealthcheck(rest);
  const verb = verbOf(word);
  if (verb === undefined)
    throw new CliError(`'${safeLine(word)}' is no verb; see peerline --help`, EXIT.usage);
  if (asksHelp(rest, VERBS[verb])) return await help(verb, false);
  await start(verb, rest);
}

async function start<V extends VerbName>(verb: V, argv: readonly string[]): Promise<void> {
  const rules: VerbRow & { readonly options: (typeof VERBS)[V]['options'] } = VERBS[verb];
  const args = parseArguments(argv, {
    ...rules,
    usage: `${`peerline ${verb} ${rules.usage}`.trim()}; see peerline ${verb} --help`,
  });
  for (const [name, row] of Object.entries<VerbRow['options'][string]>(rules.options)) {
    if (row.without === undefined || (args.options as Record<string, unknown>)[name] === false) continue;
    if ((args.options as Record<string, unknown>)[name] === undefined) continue;
    process.stderr.write(`warning: --${name} has no effect: ${row.without}\n`);
  }
  const handler = await LOADERS[verb]();
  await handler(args as Arguments<V>);
}

function asksHelp(argv: readonly string[], { words, options }: VerbRow): boolean {
  const own = words ? argv.slice(0, firstOperand(argv, options)) : argv;
  return own.includes('--help') || own.includes('-h');
}

/** ExaBGP 4.2 calls a command line without words an error. */
async function help(word: string | undefined, bare: boolean): Promise<void> {
  const { mainHelp, verbHelp } = await import('./help.ts');
  const verb = word === undefined ? undefined : verbOf(word);
  process.stdout.write(verb === undefined ? mainHelp() : verbHelp(verb));
  if (!bare) return;
  const { loadEnvironment } = await import('./load.ts');
  if (loadEnvironment(undefined).api.version === 4) process.exitCode = EXIT.failure;
}

// `peerline decode … | head`: a reader that has seen enough is no failure
process.stdout.on('error', (err: NodeJS.ErrnoException) => {
  if (err.code === 'EPIPE') process.exit();
  process.stderr.write(`standard output: ${reasonOf(err)}\n`);
  process.exit(EXIT.failure);
});

try {
  await main(basename(process.argv[1] ?? '', '.js'), process.argv.slice(2));
} catch (err) {
  if (err instanceof CliError) {
    process.stderr.write(`${safeLines(err.message)}\n`);
    process.exitCode = err.exitCode;
  } else {
    process.stderr.write(
      `peerline: a bug: ${safeLines(err instanceof Error ? (err.stack ?? err.message) : String(err))}\n`,
    );
    process.exitCode = EXIT.bug;
  }
}
