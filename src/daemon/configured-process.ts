import type { Logger } from 'pino';
import { apiVersionOf, type Dialect } from '../bgp/json.ts';
import type { ProcessConfig } from '../config/model.ts';
import { type Encoder, encoderFor, renderer } from '../events/encoder.ts';
import type { Identity } from '../events/options.ts';
import { Child } from '../hooks/child.ts';
import type { ChildOptions, ChildState } from '../hooks/child-options.ts';
import type { Line } from '../hooks/fifo.ts';
import type { ChildLine } from '../hooks/lines.ts';
import { Seldom } from '../hooks/seldom.ts';
import type { Clock } from '../session/clock.ts';
import { Answers } from './answers.ts';
import { childOptions, fileNameOf } from './child-options.ts';
import type { Process } from './commander.ts';
import type { Journal } from './journal.ts';
import type { Journals } from './journals.ts';
import { gapLine } from './lanes.ts';
import type { SnapshotItem, SnapshotReader } from './snapshot.ts';

/** One configured process while the daemon runs. */
export interface ConfiguredProcess extends Process {
  readonly config: ProcessConfig;
  readonly child: Child;
  readonly encoder: Encoder;
  /** The number of its last numbered line. */
  sequence: number;
}

export interface ConfiguredProcessOptions {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** Of processes that do not say which. */
  readonly dialect: Dialect;
  readonly ack: boolean;
  readonly compact: boolean;
  readonly respawn: boolean;
  readonly onLine: (process: Process, line: ChildLine) => void;
  /** As of `Executor.usual`. */
  readonly onChunk: (process: Process, chunk: Buffer, from: number) => number;
  readonly onState: (process: Process, state: ChildState) => void;
  /** The state of what the process hears of; undefined: there is none to tell. */
  readonly snapshot: (reader: SnapshotReader) => Iterable<SnapshotItem> | undefined;
  readonly journals: Journals;
  /** Whether it asked for snapshots and numbers. */
  readonly numbers: (process: string) => boolean;
  /** Under `block`: whether what feeds it is to wait. */
  readonly onBlock: (process: string, blocked: boolean) => void;
}

/** Makes one that is not started. */
export function configuredProcess(
  config: ProcessConfig,
  options: ConfiguredProcessOptions,
): ConfiguredProcess {
  const { identity, clock } = options;
  const dialect = dialectOf(config, options);
  // ExaBGP 6 with its own version of the API knows nothing but JSON
  const kind = dialect === 6 ? 'json' : config.encoder;
  if (kind !== config.encoder) {
    options.log.info({ process: config.name }, 'version 6 tells events in JSON, whatever the encoder');
  }
  const child = makeChild(config, options, () => process);
  const process: ConfiguredProcess = {
    config,
    version: apiVersionOf(dialect),
    child,
    encoder: encoderFor(kind, dialect, identity),
    refusals: new Seldom(() => clock.now()),
    answers: new Answers({
      reply: (lines) => child.reply(lines),
      hold: (held) => (held ? child.hold() : child.release()),
    }),
    talker: child,
    batch: undefined,
    journal: openJournal(config, options),
    sync: false,
    commands: 0,
    refused: 0,
    sequence: 0,
    ack: acknowledges(config, options),
    reply: (lines) => child.reply(lines),
  };
  return process;
}

function makeChild(
  config: ProcessConfig,
  shared: ConfiguredProcessOptions,
  process: () => ConfiguredProcess,
): Child {
  const { clock, log, version, respawn, onLine, onChunk, onState } = shared;
  const options: ChildOptions = {
    ...childOptions(config),
    name: config.name,
    version,
    apiVersion: String(dialectOf(config, shared)),
    respawn: config.respawn && respawn,
    log,
    clock,
    gap: gapLine,
    snapshot: () => snapshotLines(process(), shared),
    startsWithSnapshot: () => shared.numbers(config.name),
    onBlock: (blocked) => shared.onBlock(config.name, blocked),
    onLine: (line) => onLine(process(), line),
    onChunk: (chunk, from) => onChunk(process(), chunk, from),
    onState: (state) => {
      if (state === 'starting') begin(process(), acknowledges(config, shared));
      onState(process(), state);
    },
  };
  try {
    return new Child(options);
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    if (code === undefined) throw err;
    log.error({ process: config.name, code }, 'cannot spill to this directory: the queue has policy resync');
    return new Child({ ...options, overflow: { policy: 'resync' } });
  }
}

function openJournal(
  { name, settings }: ProcessConfig,
  options: ConfiguredProcessOptions,
): Journal | undefined {
  const { persist: directory } = settings;
  if (directory === undefined) return undefined;
  const log = options.log.child({ process: name });
  return options.journals.open({ directory, name: fileNameOf(name), log });
}

/** The lines of a snapshot, made as they are read. */
function snapshotLines(
  { config, encoder, sequence }: ConfiguredProcess,
  { clock, compact, snapshot }: ConfiguredProcessOptions,
): Iterator<Line> | undefined {
  const items = snapshot({ process: config.name, sequence, nowMs: () => clock.wall() });
  if (items === undefined) return undefined;
  return (function* lines() {
    for (const [event, delivery] of items) {
      const { form = 'parsed', negotiated = false } = delivery ?? {};
      const line = renderer(event, 1)(encoder, { form, negotiated, compact });
      if (line !== undefined) yield line;
    }
  })();
}

function dialectOf(config: ProcessConfig, { dialect }: ConfiguredProcessOptions): Dialect {
  return config.version ?? dialect;
}

/** ExaBGP 3.4 never answers, and its handlers would take an answer for an event. */
function acknowledges(config: ProcessConfig, options: ConfiguredProcessOptions): boolean {
  return options.ack && dialectOf(config, options) !== 3;
}

/** A new life knows nothing of what the last one asked for. */
function begin(process: ConfiguredProcess, ack: boolean): void {
  process.ack = ack;
  process.sync = false;
  process.batch = undefined;
  process.answers.forget();
}
