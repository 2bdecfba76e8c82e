import type { ProcessConfig } from '../config/model.ts';
import { type Encoder, renderer, sameLines } from '../events/encoder.ts';
import type { Event } from '../events/event.ts';
import type { UpdateRun } from '../events/line-render.ts';
import { numbered } from '../events/numbered.ts';
import type { RenderOptions } from '../events/options.ts';
import type { Child, ChildStats } from '../hooks/child.ts';
import type { Line } from '../hooks/fifo.ts';
import { Seldom } from '../hooks/seldom.ts';
import type { Subscriptions } from '../hooks/subscriptions.ts';
import type { Process } from './commander.ts';
import {
  type ConfiguredProcess,
  type ConfiguredProcessOptions,
  configuredProcess,
} from './configured-process.ts';
import { Gathering } from './gathering.ts';
import type { Journal } from './journal.ts';
import { LANES } from './lanes.ts';

export interface ProcessesOptions extends Omit<ConfiguredProcessOptions, 'numbers' | 'onBlock'> {
  /** `blocked` changed. */
  readonly onBlock: () => void;
}

/** Of processes and what they ask for. */
export interface Wanted {
  readonly processes: readonly ProcessConfig[];
  /** They are told the state when they start, and their lines are numbered. */
  readonly snapshots: ReadonlySet<string>;
}

/** The child processes: who they are, what they are told, what they say. */
export class Processes {
  readonly #options: ProcessesOptions;
  readonly #ofProcesses: ConfiguredProcessOptions;
  readonly #byName = new Map<string, ConfiguredProcess>();
  readonly #blocked = new Set<string>();
  /** A process that is always a little too slow has its peers wait many times a second. */
  readonly #blocks: Seldom;
  /** Journals that were carried out. */
  readonly #read = new WeakSet<Journal>();
  #snapshots: ReadonlySet<string> = new Set();

  constructor(options: ProcessesOptions) {
    this.#options = options;
    this.#blocks = new Seldom(() => options.clock.now(), { burst: 4, perSecond: 0.1 });
    this.#ofProcesses = {
      ...options,
      numbers: (name) => this.numbers(name),
      onBlock: (name, blocked) => this.#block(name, blocked),
    };
  }

  get(name: string): ConfiguredProcess | undefined {
    return this.#byName.get(name);
  }

  names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  stats(): (ChildStats & Pick<Process, 'commands' | 'refused'>)[] {
    return [...this.#byName.values()].map(({ child, commands, refused }) => ({
      ...child.stats(),
      commands,
      refused,
    }));
  }

  /** Those for which what feeds them is to wait. */
  get blocked(): ReadonlySet<string> {
    return this.#blocked;
  }

  /** Starts what is new or changed, stops what is gone. Unchanged processes go on undisturbed. */
  async configure({ processes: configs, snapshots }: Wanted): Promise<void> {
    this.#snapshots = snapshots;
    const wanted = new Map(configs.map((config) => [config.name, config]));
    const gone = [...this.#byName.values()].filter(({ config }) => !same(config, wanted.get(config.name)));
    for (const { config } of gone) this.#byName.delete(config.name);
    const stopping = gone.map((process) => this.#stop(process));
    for (const config of configs) {
      const kept = this.#byName.get(config.name);
      if (kept !== undefined && kept.child.state === 'abandoned') kept.child.start();
      if (kept === undefined) this.#start(config);
    }
    await Promise.all(stopping);
  }

  /** Lets go of what waits for processes, where it can be told again. */
  relieve(): void {
    for (const { child } of this.#byName.values()) child.relieve();
  }

  async stop(): Promise<void> {
    const all = [...this.#byName.values()];
    await Promise.all(all.map((process) => this.#stop(process)));
    this.#byName.clear();
  }

  /**
   * Tells the processes that asked for it. Undefined: go on. Else whoever made the event should make no more until
   * the promise resolves, which it soon does: a process that reads has too much to read.
   */
  deliver(event: Event, subscriptions: Subscriptions): Promise<void> | undefined {
    const told = subscriptions.of(event);
    if (told.length === 0) return undefined;
    const { compact } = this.#options;
    const lane = LANES[event.type] ?? 'event';
    const render = renderer(event, told.length);
    const from = 'neighbor' in event ? event.neighbor.peerAddress : event.router;
    let room: Promise<void> | undefined;
    for (const { process: name, form, negotiated } of told) {
      const process = this.#byName.get(name);
      const line = process && render(process.encoder, { form, negotiated, compact });
      if (process === undefined || line === undefined) continue;
      process.child.offer(lane, this.#numbered(process, line), from);
      room ??= process.child.room();
    }
    return room;
  }

  /** As of `deliver`, before there is an UPDATE to tell. */
  room(subscriptions: Subscriptions): Promise<void> | undefined {
    let room: Promise<void> | undefined;
    for (const { process } of subscriptions.named('update', 'receive'))
      room ??= this.#byName.get(process)?.child.room();
    return room;
  }

  /** Lines for all who are told of regular UPDATEs that came together; undefined: these are to be told one by one. */
  gather(of: UpdateRun, subscriptions: Subscriptions): Gathering | undefined {
    const told = subscriptions.named('update', of.direction);
    const { compact } = this.#options;
    const children: Child[] = [];
    let first: readonly [Encoder, RenderOptions] | undefined;
    for (const { process: name, form, negotiated } of told) {
      const process = this.#byName.get(name);
      if (process === undefined) continue;
      const wanted = [process.encoder, { form, negotiated, compact }] as const;
      first ??= wanted;
      if (form !== 'parsed' || this.numbers(name) || !sameLines(first, wanted)) return undefined;
      children.push(process.child);
    }
    const lines = first?.[0].run?.(of, first[1]);
    return lines === undefined ? undefined : new Gathering(lines, children, of.neighbor.peerAddress);
  }

  /** Whether a process asked for snapshots and numbers. */
  numbers(name: string): boolean {
    return this.#snapshots.has(name);
  }

  #numbered(process: ConfiguredProcess, line: Line): Line {
    if (!this.numbers(process.config.name)) return line;
    return numbered(line, process.encoder.kind, ++process.sequence);
  }

  #start(config: ProcessConfig): void {
    const process = configuredProcess(config, this.#ofProcesses);
    this.#byName.set(config.name, process);
    // its commands come after those of its journal
    if (process.journal !== undefined) process.child.hold();
    process.child.start();
  }

  /** Carries out what the journals say, once for each; then their processes may command. */
  async replay(replayed: (process: ConfiguredProcess, journal: Journal) => Promise<void>): Promise<void> {
    const fresh = [...this.#byName.values()].filter(
      ({ journal }) => journal !== undefined && !this.#read.has(journal),
    );
    await Promise.all(
      fresh.map(async (process) => {
        const { journal, child } = process;
        if (journal === undefined) return;
        this.#read.add(journal);
        await replayed(process, journal).finally(() => child.release());
      }),
    );
  }

  #block(name: string, blocked: boolean): void {
    this.#blocks.tell((counted) =>
      this.#options.log.warn({ process: name, blocked, ...counted }, 'what feeds a process waits for it'),
    );
    if (blocked) this.#blocked.add(name);
    else this.#blocked.delete(name);
    this.#options.onBlock();
  }

  async #stop({ child, encoder, journal }: ConfiguredProcess): Promise<void> {
    child.offer('state', encoder.shutdown(this.#options.clock.wall()));
    await child.stop();
    await this.#options.journals.close(journal);
  }
}

function same(a: ProcessConfig, b: ProcessConfig | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
