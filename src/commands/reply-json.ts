import type { ApiVersion } from '../bgp/json.ts';
import {
  type DaemonStatus,
  helpLines,
  type ProcessStatus,
  progressLines,
  statusLines,
  versionLines,
} from './reply.ts';
import { spacedJson } from './spaced-json.ts';
import { COMMANDS } from './table.ts';

/** The forms in which selectors are written, as `system help` lists them. */
const PEER_FILTERS = [
  '*',
  'IP',
  'IP local-ip IP',
  'IP local-as AS',
  'IP peer-as AS',
  'IP router-id ID',
  '[IP, IP]',
];

/** Replies that are words in versions 4 and 5, and one line of JSON in version 6. */
export const replies = {
  version: (program: string, version: string, api: ApiVersion) =>
    api === 6 ? [spacedJson({ version, application: program })] : versionLines(program, version),
  help: (api: ApiVersion) => (api === 6 ? [helpJson()] : helpLines()),
  status: (status: DaemonStatus, api: ApiVersion) => (api === 6 ? [statusJson(status)] : statusLines(status)),
  progress: (command: 'shutdown' | 'reload' | 'restart' | 'reset', api: ApiVersion) =>
    api === 6 ? progressLines(command).map((status) => spacedJson({ status })) : progressLines(command),
  queues: (processes: readonly ProcessStatus[], api: ApiVersion) =>
    api === 6
      ? [spacedJson(Object.fromEntries(processes.map((each) => [each.name, queueOf(each)])))]
      : processes.map((each) => `${each.name}: ${each.queuedLines} items (${each.queuedBytes} bytes)`),
  apiVersion: (api: ApiVersion) =>
    api === 6
      ? [spacedJson({ api_version: 6, description: 'json-only' })]
      : [`API version: ${api} (legacy (text/json))`],
  apiVersionSet: (wanted: ApiVersion, before: ApiVersion) => {
    const note = 'effective on next process restart';
    return before === 6
      ? [spacedJson({ status: 'API version set', version: wanted, note })]
      : [`API version set to ${wanted} (${note})`];
  },
};

function queueOf({ queuedLines, queuedBytes }: ProcessStatus) {
  return { items: queuedLines, bytes: queuedBytes };
}

function statusJson(status: DaemonStatus): string {
  return spacedJson({
    version: status.version,
    uuid: status.uuid,
    pid: status.pid,
    uptime: Math.floor(status.upSeconds),
    start_time: status.startedMs / 1000,
    peers: Object.fromEntries(status.neighbors.map(({ name, state }) => [name, state.toUpperCase()])),
  });
}

function helpJson(): string {
  return spacedJson({
    description: 'commands of processes and of the control socket',
    peer_filters: PEER_FILTERS,
    commands: COMMANDS.map((row) => ({
      command: [...row.words].at(-1) ?? row.words[0],
      neighbor_support: row.selects,
      json_support: true,
    })),
  });
}
