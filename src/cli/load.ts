import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { sendOctetsOf } from '../bgp/octets-of.ts';
import { type Environment, EnvironmentError, readEnvironment } from '../config/environment.ts';
import { ConfigErrors } from '../config/errors.ts';
import { joinConfigs, type LoadedFile, sharedNeighbors } from '../config/join.ts';
import { loadingConfig } from '../config/load.ts';
import type { Config } from '../config/model.ts';
import { finished } from '../wire/finished.ts';
import { safeLine } from '../wire/text.ts';
import { CliError } from './exit.ts';
import { reasonOf } from './reason.ts';
import { readInput, readingInput } from './stdin.ts';

const DEFAULT_ENV_FILE = '/etc/exabgp/exabgp.env';

/** The settings of the environment and its file; what they say of octets goes from here on. @throws CliError naming each variable that is wrong */
export function loadEnvironment(envFile: string | undefined, root?: string): Environment {
  try {
    const environment = readEnvironment(process.env, readEnvFile(envFile, root));
    sendOctetsOf(environment.compat.octets);
    return environment;
  } catch (err) {
    if (!(err instanceof EnvironmentError)) throw err;
    throw new CliError(err.message);
  }
}

/** The text of the file that was named; else of ExaBGP's own, below the root or in /etc, where there is one. */
export function readEnvFile(envFile: string | undefined, root?: string): string | undefined {
  const named = envFile ?? process.env.EXABGP_ENVFILE;
  const below = root === undefined ? [] : [join(root, DEFAULT_ENV_FILE)];
  const file = named ?? [...below, DEFAULT_ENV_FILE].find((each) => existsSync(each));
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, 'utf8');
  } catch (err) {
    if (named === undefined) return undefined;
    throw new CliError(`${safeLine(named)}: ${reasonOf(err)}`);
  }
}

/**
 * Every file's configuration as one.
 * @throws CliError with all errors of all files
 */
export function loadFiles(...of: Parameters<typeof loadingFiles>): Config {
  return finished(loadingFiles(...of));
}

/** As `loadFiles`, giving back control now and then. @throws CliError */
export function* loadingFiles(
  files: readonly string[],
  environment: Environment,
  warn: (text: string) => void,
): Generator<void, Config, void> {
  const loaded: LoadedFile[] = [];
  const problems: string[] = [];
  for (const file of files) {
    try {
      const text = yield* readingInput(file);
      const { config, warnings } = yield* loadingConfig({ text, file, environment });
      for (const warning of warnings) warn(warning);
      loaded.push({ file, config });
    } catch (err) {
      if (!(err instanceof ConfigErrors || err instanceof CliError)) throw err;
      problems.push(err.message);
    }
  }
  for (const neighbor of sharedNeighbors(loaded))
    problems.push(`neighbor ${neighbor.split(' ')[0]} is defined in more than one file`);
  if (problems.length > 0) throw new CliError(problems.join('\n'));
  return joinConfigs(loaded);
}

/** The text of a configuration; `-` is standard input. @throws CliError */
export function readConfig(file: string): string {
  return Buffer.from(readInput(file)).toString('utf8');
}
