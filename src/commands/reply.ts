import type { ApiVersion } from '../bgp/json.ts';
import type { CommandError } from './command-error.ts';
import { spacedJson } from './spaced-json.ts';
import { COMMANDS } from './table.ts';

/** The line that ends the reply to a command, where acknowledgements are on. */
export const DONE = 'done';
export const ERROR = 'error';

/** Before each line of an answer to a command with an id, and what an answer in JSON begins with. */
const TAG = /^(?:@\S+|#\d+) /;
const REPLY = '{"type": "reply", ';

/**
 * Whether a line is one of the above, come back from a process that writes what it reads (`cat`, `tee`):
 * answering it would make the next, without end.
 */
export function isReply(line: string): boolean {
  const text = line.replace(TAG, '');
  return text === DONE || text === ERROR || text.startsWith(`${ERROR}: `);
}

/** How the answer ends that the line is the last of, in whatever form; undefined: there is more of it. */
export function endOf(line: string): typeof DONE | typeof ERROR | undefined {
  const text = line.replace(TAG, '');
  if (text === DONE || text === ERROR) return text;
  const status = line.startsWith(REPLY) ? /, "status": "(done|error)"/.exec(line)?.[1] : undefined;
  return status === DONE || status === ERROR ? status : undefined;
}

/**
 * The lines for a command that failed. Handlers written for ExaBGP 4 and 5 compare a whole line with
 * `error`, so that the reason is a line of its own before it, only for version 6 and for who asked for it.
 * @param reasons ask for the reason whatever the version
 */
export function errorLines(
  error: Pick<CommandError, 'reason'> & Partial<Pick<CommandError, 'column' | 'told'>>,
  options: { readonly version: ApiVersion; readonly reasons?: boolean },
): string[] {
  if (options.version !== 6 && options.reasons !== true) return [ERROR];
  if (options.version === 6 && error.told !== undefined) return [error.told, ERROR];
  const where = error.column === undefined ? '' : `column ${error.column}: `;
  return [`error: ${where}${error.reason}`, ERROR];
}

/** `exabgp 5.0.0`-like: handlers look for the program's name first. */
export function versionLines(program: string, version: string): string[] {
  return [`${program} ${version}`];
}

/**
 * One line for each command, in columns; the first line is empty, as handlers of ExaBGP know it. A blank follows a command without
 * arguments, as there: its `exabgpcli` takes a line that is `shutdown` for the end of the daemon, and reads no further.
 */
export function helpLines(): string[] {
  const rows = COMMANDS.flatMap((row) => {
    const [words, ...others] = row.words;
    const usage = [row.selects ? '[neighbor IP …] ' : '', words, ` ${row.usage}`].join('');
    const also = others.length === 0 ? '' : ` (also: ${others.join(', ')})`;
    return [usage, `    ${row.help}${also}`];
  });
  return ['', ...rows, ...OTHER_FORMS, ''];
}

/** What stands around a command, or in its place. */
const OTHER_FORMS = [
  'dry-run COMMAND',
  '    say what the command would do, and do nothing',
  '@ID COMMAND',
  '    the same command; every line of its answer begins with @ID',
  '#NUMBER COMMAND',
  '    the same with #NUMBER',
  '{"id": ID, "command": "COMMAND", "sync": false, "dry-run": false}',
  '    the same in JSON, answered in JSON',
  '# TEXT',
  '    a comment',
  'debug TEXT',
  '    put the text into the log',
];

/** What `status` shows of the daemon. */
export interface DaemonStatus {
  readonly program: string;
  readonly version: string;
  readonly uuid: string;
  readonly pid: number;
  readonly upSeconds: number;
  /** When it started, in milliseconds since 1970. */
  readonly startedMs: number;
  /** Full names of the neighbors, and the states of their sessions. */
  readonly neighbors: readonly { readonly name: string; readonly state: string }[];
  /** How late timers were since the start, milliseconds. */
  readonly loopDelay?: {
    readonly p50: number;
    readonly p99: number;
    readonly p999: number;
    readonly max: number;
  };
  /** How often the loop stood still for more than a second, and for how long at most, milliseconds. */
  readonly stalls?: { readonly count: number; readonly longest: number };
  readonly memory?: string;
}

export function statusLines(status: DaemonStatus): string[] {
  const title = `${status.program} Daemon Status`;
  const minutes = Math.floor(status.upSeconds / 60);
  return [
    title,
    '='.repeat(title.length),
    `Version: ${status.version}`,
    `UUID: ${status.uuid}`,
    `PID: ${status.pid}`,
    `Uptime: ${Math.floor(minutes / 60)}h ${minutes % 60}m ${Math.floor(status.upSeconds % 60)}s`,
    `Peers: ${status.neighbors.length}`,
    ...status.neighbors.map(({ name, state }) => `  - ${name}: ${state.toUpperCase()}`),
    ...(status.loopDelay === undefined ? [] : [loopDelayLine(status.loopDelay)]),
    ...(status.stalls === undefined ? [] : [stallsLine(status.stalls)]),
    ...(status.memory === undefined ? [] : [`Memory: ${status.memory}`]),
  ];
}

function loopDelayLine({ p50, p99, p999, max }: NonNullable<DaemonStatus['loopDelay']>): string {
  return `Event loop delay: p50 ${p50} ms, p99 ${p99} ms, p99.9 ${p999} ms, max ${max} ms`;
}

function stallsLine({ count, longest }: NonNullable<DaemonStatus['stalls']>): string {
  return `Event loop stalls: ${count}${count === 0 ? '' : `, ${longest} ms at most`}`;
}

/** What `show process` shows of a process, or of a client of the control socket. */
export interface ProcessStatus {
  readonly name: string;
  readonly state: string;
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly queuedLines: number;
  readonly queuedBytes: number;
  readonly writtenLines: number;
  /** Lines but for replies: `offered` is written, dropped and queued ones together, with gaps and snapshots. */
  readonly offeredEvents: number;
  readonly writtenEvents: number;
  readonly queuedEvents: number;
  readonly gaps: number;
  readonly snapshotLines: number;
  /** Events that went over the disk, and octets there now. */
  readonly spilledEvents: number;
  readonly spillBytes: number;
  /** What feeds it waits. */
  readonly blocked: boolean;
  /** Commands that it wrote, and lines of it that were refused. */
  readonly commands: number;
  readonly refused: number;
  /** Events and replies that were left out because it did not read. */
  readonly droppedEvents: number;
  readonly droppedReplies: number;
}

/** One line for each, in words; or one JSON array. */
export function processLines(processes: readonly ProcessStatus[], json: boolean): string[] {
  if (json) {
    return [
      spacedJson(
        processes.map((each) => ({
          name: each.name,
          state: each.state,
          pid: each.pid ?? null,
          restarts: each.restarts,
          queued: { lines: each.queuedLines, bytes: each.queuedBytes },
          told: each.writtenLines,
          dropped: { events: each.droppedEvents, replies: each.droppedReplies },
          events: {
            offered: each.offeredEvents,
            written: each.writtenEvents,
            dropped: each.droppedEvents,
            queued: each.queuedEvents,
            gaps: each.gaps,
            snapshots: each.snapshotLines,
            spilled: each.spilledEvents,
          },
          spill: each.spillBytes,
          blocked: each.blocked,
          commands: { taken: each.commands, refused: each.refused },
        })),
      ),
    ];
  }
  return processes.map(
    (each) =>
      `${each.name} ${each.state} pid ${each.pid ?? '-'} restarts ${each.restarts} ` +
      `queued ${each.queuedLines} (${each.queuedBytes} bytes) told ${each.writtenLines} ` +
      `dropped ${each.droppedEvents} events, ${each.droppedReplies} replies ` +
      `spilled ${each.spilledEvents} commands ${each.commands} refused ${each.refused}` +
      `${each.blocked ? ' blocked' : ''}`,
  );
}

/** `ping` answers in JSON, `ping text` in words. */
export function pingLines(text: string, uuid: string): string[] {
  return [text === 'text' ? `pong ${uuid} active=true` : spacedJson({ pong: uuid, active: true })];
}

/** What a control command says before it is carried out. */
export function progressLines(command: 'shutdown' | 'reload' | 'restart' | 'reset'): string[] {
  return [command === 'reset' ? 'asynchronous queue cleared' : `${command} in progress`];
}
