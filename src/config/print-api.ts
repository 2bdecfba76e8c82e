import type { ApiConfig, MessageSelection } from './model.ts';
import { type Lines, list, quoted, sectionUnlessEmpty, word } from './print-words.ts';

const FLAGS = [
  ['neighbor-changes', 'neighborChanges'],
  ['negotiated', 'negotiated'],
  ['fsm', 'fsm'],
  ['signal', 'signal'],
  ['graceful-restart', 'gracefulRestart'],
] as const satisfies readonly (readonly [string, keyof ApiConfig])[];

/** What stands in an `api` section. */
export function apiLines(config: ApiConfig): Lines {
  return [
    ...list('processes', config.processes.map(word)),
    ...list('processes-match', config.processesMatch.map(quoted)),
    ...FLAGS.flatMap(([name, key]) => (config[key] ? [`${name};`] : [])),
    ...sectionUnlessEmpty('receive', [
      ...selectionLines(config.receive),
      ...(config.snapshot ? ['snapshot;'] : []),
    ]),
    ...sectionUnlessEmpty('send', selectionLines(config.send)),
  ];
}

function selectionLines(selection: MessageSelection): Lines {
  const forms = (['parsed', 'packets', 'consolidate'] as const).filter((form) => selection[form]);
  return [...forms, ...selection.kinds].map((name) => `${name};`);
}
