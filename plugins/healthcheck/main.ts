// Announces service addresses while a check succeeds. Talks lines on standard input and output, as any handler.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { AddressError, Addresses, type Log, networksToAnnounce } from './addresses.ts';
import { asksForHelp, parseArguments, UsageError } from './arguments.ts';
import { Healthcheck } from './healthcheck.ts';
import { helpText } from './help.ts';
import type { Options } from './options.ts';

const EXIT = { failure: 1, usage: 2 } as const;

const PARENT_CHECK_MS = 1000;

function readOptions(argv: readonly string[]): Options {
  return parseArguments(argv, (path) => {
    try {
      return readFileSync(path, 'utf8');
    } catch (err) {
      throw new UsageError(`cannot read ${path}: ${(err as Error).message}`, { cause: err });
    }
  });
}

function logger({ silent, name }: Options): Log {
  const prefix = name === undefined ? 'healthcheck' : `healthcheck-${name}`;
  return (text) => {
    if (!silent) process.stderr.write(`${prefix}: ${text}\n`);
  };
}

function writePid(path: string): void {
  try {
    writeFileSync(path, `${process.pid}\n`);
  } catch (err) {
    throw new UsageError(`cannot write ${path}: ${(err as Error).message}`, { cause: err });
  }
  process.once('exit', () => {
    try {
      rmSync(path, { force: true });
    } catch {
      // the user that we have become may not
    }
  });
}

/** Node has it; its types do not. */
interface WithGroups {
  readonly initgroups?: (user: string, group: string | number) => void;
}

/** The groups first: the user may not be allowed to change them. */
function dropPrivileges({ user, group }: Options): void {
  try {
    if (user !== undefined) (process as WithGroups).initgroups?.(user, group ?? process.getgid?.() ?? 0);
    if (group !== undefined) process.setgid?.(group);
    if (user !== undefined) process.setuid?.(user);
  } catch (err) {
    throw new UsageError(`cannot become ${user ?? group}: ${(err as Error).message}`, { cause: err });
  }
}

/** Asked to end, or left behind by a core that died. */
function stopsWithItsParent(stop: AbortController): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) stop.abort();
  }, PARENT_CHECK_MS);
  timer.unref();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
  process.stdout.on('error', () => stop.abort());
}

async function run(options: Options): Promise<void> {
  const log = logger(options);
  if (options.pid !== undefined) writePid(options.pid);
  const stop = new AbortController();
  stopsWithItsParent(stop);
  const networks = networksToAnnounce(options);
  const addresses = new Addresses(networks, options, log);
  addresses.add();
  dropPrivileges(options);
  await new Healthcheck({
    options,
    networks,
    addresses,
    input: process.stdin,
    output: process.stdout,
    acks: !options['no-ack'] && !process.stdout.isTTY,
    apiVersion: process.env.PEERLINE_API_VERSION ?? '5',
    stop,
    log,
    debug: options.debug ? log : () => undefined,
  }).run();
}

async function main(argv: readonly string[]): Promise<number> {
  if (asksForHelp(argv)) {
    process.stdout.write(helpText());
    return 0;
  }
  try {
    await run(readOptions(argv));
    return 0;
  } catch (err) {
    if (!(err instanceof UsageError || err instanceof AddressError)) throw err;
    process.stderr.write(`healthcheck: ${err.message}\n`);
    return err instanceof UsageError ? EXIT.usage : EXIT.failure;
  }
}

process.exit(await main(process.argv.slice(2)));
