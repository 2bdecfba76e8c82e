import { PROCESS_DEFAULTS, type ProcessConfig, type ProcessSettings } from './model.ts';
import { type Lines, optional, section, sectionUnlessEmpty, statement, word } from './print-words.ts';

/** A process section; of what ExaBGP does not have only what was asked for. */
export function printProcess(config: ProcessConfig): Lines {
  return section(`process ${word(config.name)}`, [
    statement('run', config.run.map(word).join(' ')),
    statement('encoder', config.encoder),
    ...optional('version', config.version),
    ...restartLines(config),
    ...queueLines(config.settings),
    ...settingLines(config.settings),
  ]);
}

function restartLines({ respawn, settings: { restarts } }: ProcessConfig): Lines {
  const { restarts: usual } = PROCESS_DEFAULTS;
  if (!respawn) return [statement('respawn', 'false')];
  return sectionUnlessEmpty('respawn', [
    ...(restarts.limit === usual.limit ? [] : [statement('limit', restarts.limit ?? 'unlimited')]),
    ...differing('window', restarts.windowSeconds, usual.windowSeconds),
    ...differing('max-delay', restarts.maxDelaySeconds, usual.maxDelaySeconds),
  ]);
}

function queueLines({ queue }: ProcessSettings): Lines {
  const { queue: usual } = PROCESS_DEFAULTS;
  const spilled = queue.spill === undefined ? '' : ` ${word(queue.spill.directory)}`;
  return sectionUnlessEmpty('queue', [
    ...(queue.policy === usual.policy ? [] : [`policy ${queue.policy}${spilled};`]),
    ...differing('limit-bytes', queue.limitBytes, usual.limitBytes),
    ...differing('limit-lines', queue.limitLines, usual.limitLines),
    ...differing('limit-seconds', queue.limitSeconds, usual.limitSeconds),
    ...optional('spill-bytes', queue.spill?.limitBytes),
  ]);
}

function settingLines(settings: ProcessSettings): Lines {
  const variables = Object.entries(settings.environment).map(([name, value]) =>
    value === null ? `environment ${name};` : `environment ${name} ${word(value)};`,
  );
  return [
    ...(settings.onExit === 'keep' ? [] : [statement('on-exit', settings.onExit)]),
    ...optional('user', settings.user?.name ?? settings.user?.uid),
    ...optional('group', settings.gid),
    ...optional('directory', settings.directory === undefined ? undefined : word(settings.directory)),
    ...(settings.cleanEnvironment ? ['environment clean;'] : []),
    ...variables,
    ...optional('nice', settings.nice),
    ...optional('memory', settings.memoryBytes),
    ...optional('persist', settings.persist === undefined ? undefined : word(settings.persist)),
    ...optional('ready', settings.readySeconds),
  ];
}

function differing(name: string, value: number, usual: number): Lines {
  return value === usual ? [] : [statement(name, value)];
}
