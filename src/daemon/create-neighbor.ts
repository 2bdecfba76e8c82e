import type { CommandOf } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import { ConfigErrors } from '../config/errors.ts';
import { loadConfig } from '../config/load.ts';
import type { NeighborConfig } from '../config/model.ts';

/**
 * The neighbor that `peer create` describes, read as configuration would be: with the same rules and defaults.
 * @param creator the process that may command it, beside those that the command names
 * @throws CommandError
 */
export function createdNeighbor(command: CommandOf<'peer-create'>, creator: string): NeighborConfig {
  try {
    const { config } = loadConfig({
      text: textOf(command, creator),
      file: 'peer create',
      resolveProgram: (program) => ({ path: program }),
    });
    const [neighbor] = config.neighbors;
    if (neighbor === undefined) throw new CommandError(1, 'no neighbor');
    return neighbor;
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    throw new CommandError(1, err.message.split('\n')[0] ?? 'not a neighbor', { cause: err });
  }
}

function textOf({ peer, settings, processes }: CommandOf<'peer-create'>, creator: string): string {
  const { family, 'graceful-restart': restart, ...plain } = settings;
  const families = family?.split('/').map((each) => `${each.replace('-', ' ')};`);
  const statements = Object.entries({ 'router-id': settings['local-address'], ...plain });
  return [...new Set([...processes, creator])]
    .map((name) => `process "${name}" { run true; }\n`)
    .join('')
    .concat(
      `neighbor ${peer} {\n`,
      ...statements.map(([word, value]) => `${word} ${value};\n`),
      families === undefined || family === 'in-open' ? '' : `family { ${families.join(' ')} }\n`,
      restart === undefined ? '' : `capability { graceful-restart ${restart}; }\n`,
      processes.length === 0 ? '' : `api told { processes [ ${processes.join(' ')} ]; neighbor-changes; }\n`,
      processes.includes(creator) ? '' : `api creator { processes [ "${creator}" ]; }\n`,
      '}\n',
    );
}
