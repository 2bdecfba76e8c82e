import type { Logger } from 'pino';
import type { ApiVersion } from '../bgp/json.ts';
import type { CommandOf } from '../commands/command.ts';
import type { ProcessConfig } from '../config/model.ts';
import { type Encoder, encoderFor, renderOnce } from '../events/encoder.ts';
import type { Event } from '../events/event.ts';
import type { Identity } from '../events/options.ts';
import { stringify } from '../events/stringify.ts';
import { Child, type ChildStats } from '../hooks/child.ts';
import type { ChildLine } from '../hooks/lines.ts';
import type { Gap } from '../hooks/queue.ts';
import { Seldom } from '../hooks/seldom.ts';
import type { Subscriptions } from '../hooks/subscriptions.ts';
import type { Clock } from '../session/clock.ts';

/** Who commands: a configured process, or somebody at the control socket. */
export interface Process {
  readonly config: Pick<ProcessConfig, 'name' | 'commandsAll'>;
  readonly version: ApiVersion;
  readonly refusals: Seldom;
  /** Whether its commands are answered with `done` or `error`. */
  ack: boolean;
  /** It is told the reasons of errors whatever its version and the settings say: a person reads them. */
  readonly reasons?: true;
  /** Tells it lines, without their newlines, which are made as it takes them; until it has them it commands nothing. */
  reply(lines: Iterable<string>): void;
  /** Tells it every event from now on; absent where `api` sections say what it is told. */
  watch?(what: CommandOf<'monitor'>): void;
}

/** One configured process while the daemon runs. */
interface ConfiguredProcess extends Process {
  readonly config: ProcessConfig;
  readonly child: Child;
  readonly encoder: Encoder;
}

export interface ProcessesOptions {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly apiVersion: ApiVersion;
  readonly ack: boolean;
  readonly compact: boolean;
  readonly respawn: boolean;
  readonly onLine: (process: Process, line: ChildLine) => void;
}

/** The child processes: who they are, what they are told, what they say. */
export class Processes {
  readonly #options: ProcessesOptions;
  readonly #byName = new Map<string, ConfiguredProcess>();

  constructor(options: ProcessesOptions) {
    this.#options = options;
  }

  get(name: string): ConfiguredProcess | undefined {
    return this.#byName.get(name);
  }

  names(): readonly string[] {
    return [...this.#byName.keys()];
  }

  stats(): ChildStats[] {
    return [...this.#byName.values()].map(({ child }) => child.stats());
  }

  /** Starts what is new or changed, stops what is gone. Unchanged processes go on undisturbed. */
  async configure(configs: readonly ProcessConfig[]): Promise<void> {
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

  async stop(): Promise<void> {
    const all = [...this.#byName.values()];
    await Promise.all(all.map((process) => this.#stop(process)));
    this.#byName.clear();
  }

  /** Tells the processes that asked for it. */
  deliver(event: Event, subscriptions: Subscriptions): void {
    const render = renderOnce(event);
    const lane = LANES[event.type] ?? 'event';
    for (const { process: name, form, negotiated } of subscriptions.of(event)) {
      const process = this.#byName.get(name);
      if (process === undefined) continue;
      const line = render(process.encoder, { form, negotiated, compact: this.#options.compact });
      if (line !== undefined) process.child.offer(lane, line);
    }
  }

  #start(config: ProcessConfig): void {
    const { identity, clock, log, version, apiVersion, respawn } = this.#options;
    const shape = config.version ?? apiVersion;
    const child: Child = new Child({
      name: config.name,
      run: config.run,
      version,
      apiVersion: String(shape),
      respawn: config.respawn && respawn,
      log,
      clock,
      gap: gapLine,
      onLine: (line) => this.#options.onLine(process, line),
      onState: (state) => {
        if (state === 'starting') process.ack = this.#options.ack;
      },
    });
    const process: ConfiguredProcess = {
      config,
      version: shape,
      child,
      encoder: encoderFor(config.encoder, shape, identity),
      refusals: new Seldom(() => clock.now()),
      ack: this.#options.ack,
      reply: (lines) => child.reply(lines),
    };
    this.#byName.set(config.name, process);
    child.start();
  }

  async #stop({ child, encoder }: ConfiguredProcess): Promise<void> {
    child.offer('state', encoder.shutdown(this.#options.clock.now()));
    await child.stop();
  }
}

/** What a process must not miss has a lane of its own in its queue. */
export const LANES: Partial<Record<Event['type'], 'state'>> = {
  state: 'state',
  negotiated: 'state',
  bmp: 'state',
};

export function gapLine(gap: Gap): string {
  return `${stringify({ type: 'gap', dropped: gap.dropped, since: gap.sinceMs / 1000, until: gap.untilMs / 1000 })}\n`;
}

function same(a: ProcessConfig, b: ProcessConfig | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
