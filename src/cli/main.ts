import process from 'node:process';
import yargs from 'yargs';
import { hideBin } from 'yargs/helpers';
import { bmpVerb } from './bmp.ts';
import { checkVerb } from './check.ts';
import { decodeVerb } from './decode.ts';
import { demoVerb } from './demo.ts';
import { envVerb } from './env.ts';
import { CliError, EXIT } from './exit.ts';
import { healthcheckVerb } from './healthcheck.ts';
import { mrtVerb } from './mrt.ts';
import { pipeVerb } from './pipe.ts';
import { replayVerb } from './replay.ts';
import { runVerb } from './run.ts';
import { STDIN } from './stdin.ts';
import { VERSION } from './version.ts';
import { versionVerb } from './version-verb.ts';

const VERBS = [
  'run',
  'server',
  'check',
  'validate',
  'bmp',
  'decode',
  'replay',
  'demo',
  'env',
  'healthcheck',
  'pipe',
  'mrt',
  'version',
  'completion',
];

/** How the completion script asks, what is typed so far being its arguments. */
const COMPLETIONS = '--get-yargs-completions';

const EXITS = `Exit codes:
  0  it worked, or the daemon was asked to stop
  1  the configuration is bad (all its errors are listed), or the run failed
  2  the command line is wrong
  70 a bug in peerline: its stack is in the log`;

/** `peerline CONF…` means `peerline run CONF…`; everything else starts with a verb or an option. */
function withDefaultVerb(argv: readonly string[]): string[] {
  const named = argv.map((arg) => (arg === '-' ? STDIN : arg));
  const first = named.find((arg) => !arg.startsWith('-'));
  if (first === undefined || VERBS.includes(first) || argv[0] === COMPLETIONS) return named;
  return ['run', ...named];
}

/** yargs takes dots in options for paths into objects, and dies on these. */
function refuseObjectPaths(argv: readonly string[]): void {
  const bad = argv.find((arg) => /^--?(?:__proto__|constructor|prototype)\b/.test(arg));
  if (bad !== undefined) throw new CliError(`unknown option ${bad}`, EXIT.usage);
}

async function main(argv: readonly string[]): Promise<void> {
  refuseObjectPaths(argv);
  await yargs(withDefaultVerb(argv))
    .scriptName('peerline')
    .usage('$0 <verb> [options]\n$0 CONF…            the same as: $0 run CONF…')
    .parserConfiguration({ 'dot-notation': false, 'parse-numbers': false, 'parse-positional-numbers': false })
    .command(runVerb)
    .command(checkVerb)
    .command(bmpVerb)
    .command(decodeVerb)
    .command(replayVerb)
    .command(demoVerb)
    .command(envVerb)
    .command(healthcheckVerb)
    .command(pipeVerb)
    .command(mrtVerb)
    .command(versionVerb)
    .completion('completion', 'Print a completion script: peerline completion >> ~/.bashrc')
    .demandCommand(1, 'a verb is missing')
    .strict()
    .version(VERSION)
    .help()
    .alias('help', 'h')
    .wrap(Math.min(110, process.stdout.columns ?? 110))
    .epilogue(EXITS)
    .fail((message, err, parser) => {
      if (err instanceof Error) throw err;
      throw new CliError(`${message}\n\n${parser.help()}`, EXIT.usage);
    })
    .parseAsync();
}

// `peerline decode … | head`: a reader that has seen enough is no failure
process.stdout.on('error', (err: NodeJS.ErrnoException) => {
  if (err.code !== 'EPIPE') throw err;
  process.exit();
});

try {
  await main(hideBin(process.argv));
} catch (err) {
  if (err instanceof CliError) {
    process.stderr.write(`${err.message}\n`);
    process.exitCode = err.exitCode;
  } else {
    process.stderr.write(`peerline: a bug: ${err instanceof Error ? err.stack : String(err)}\n`);
    process.exitCode = EXIT.bug;
  }
}
