import type { Readable } from 'node:stream';
import type { Logger } from 'pino';
import { familyText } from '../bgp/family.ts';
import type { ApiVersion } from '../bgp/json.ts';
import type { ApiConfig, MessageKind, NeighborConfig } from '../config/model.ts';
import { downMeaning } from '../events/down-reason.ts';
import type { EncoderKind } from '../events/encoder.ts';
import type { Event } from '../events/event.ts';
import type { Identity } from '../events/options.ts';
import type { ChildLine } from '../hooks/lines.ts';
import type { Sink } from '../hooks/queue.ts';
import type { Clock } from '../session/clock.ts';
import type { Process } from './commander.ts';
import { ControlClient } from './control-client.ts';
import { Executor } from './execute.ts';
import { LANES } from './lanes.ts';
import type { Peer } from './peer.ts';
import { Speaker } from './speaker.ts';

/** The one process there is: whoever is at the other ends of input and output. */
const NAME = 'pipe';

export interface PipeOptions {
  readonly config: NeighborConfig;
  readonly port: number;
  /** Commands, a line each: read while the session is up, no faster than the peer takes routes. */
  readonly input: Readable;
  /** Events, a line each: the peer is read no faster than they are taken. */
  readonly output: Sink;
  readonly encoder: EncoderKind;
  readonly version: ApiVersion;
  /** Answer each command with `done` or `error`. */
  readonly ack: boolean;
  /** End the session when the input has ended and the peer has got all of it. */
  readonly once: boolean;
  /** How long the session may take to come up. */
  readonly waitSeconds: number;
  readonly clock: Clock;
  readonly log: Logger;
  readonly identity: Identity;
  /** The version of the program. */
  readonly program: string;
  /** What it calls itself: `Peerline/0.1.0`. */
  readonly software: string;
}

/** How it ended. */
export interface PipeEnd {
  /** Asked for: by `stop`, or by the end of the input under `once`. */
  readonly wanted: boolean;
  readonly reason: string;
  /** Lines that were refused as commands. */
  readonly refused: number;
  /** Routes that could not be sent to this peer, and families of routes that the session does not have. */
  readonly unsent: { readonly routes: number; readonly families: readonly string[] };
}

/** What may wait to be sent before no more commands are read. */
const COMMANDS_AHEAD = 10_000;
/** How long a reader of the output may take before events are dropped, and told as a gap. */
const BLOCK_SECONDS = 3600;

/** How long a peer that has not read all may be silent: its hold time, where there is one. */
const PATIENCE_SECONDS = 90;

/** One BGP session between standard input and standard output: no configuration, no processes. */
export class Pipe {
  readonly #options: PipeOptions;
  readonly #speaker: Speaker;
  readonly #executor: Executor;
  readonly #client: ControlClient;
  readonly #ended: Promise<PipeEnd>;
  #end: (end: PipeEnd) => void = () => {};
  readonly #comesUp: Promise<void>;
  #cameUp: () => void = () => {};
  #up = false;
  /** It is our wish that the session ends. */
  #leaving = false;
  #blocked = new Set<string>();
  #sinceSent = 0;
  #cancelWait: (() => void) | undefined;

  constructor(options: PipeOptions) {
    this.#options = options;
    this.#ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#comesUp = new Promise((resolve) => {
      this.#cameUp = resolve;
    });
    this.#speaker = this.#makeSpeaker();
    this.#executor = this.#makeExecutor();
    this.#client = this.#makeClient();
  }

  #makeSpeaker(): Speaker {
    const { clock, log, software, port, waitSeconds } = this.#options;
    return new Speaker({
      clock,
      log,
      software,
      bind: [],
      defaultPort: port,
      openWaitSeconds: waitSeconds,
      emit: (event) => {
        this.#tell(event);
        return undefined;
      },
      watched: () => false,
      room: () => undefined,
      blocked: () => this.#blocked,
      holdsEndOfRib: () => false,
    });
  }

  #makeExecutor(): Executor {
    const { log, software, program, identity } = this.#options;
    return new Executor({
      bmp: () => [],
      takers: () => this.#speaker.takers,
      peers: () => this.#speaker.peers,
      control: {
        shutdown: () => void this.stop(),
        reload: () => {},
        restart: () => this.#speaker.restart(),
        status: () => ({
          program: 'Peerline',
          version: program,
          uuid: '',
          pid: identity.pid,
          startedMs: 0,
          upSeconds: 0,
          neighbors: [],
        }),
        processes: () => [],
        ready: () => {},
        createNeighbor: (config) => this.#speaker.create(config),
        deleteNeighbor: (peer) => this.#speaker.delete(peer),
      },
      log,
      software,
      reasons: false,
      moved: () => {},
      journal: () => {},
      noted: () => false,
    });
  }

  /** The one that commands and is told. It is not read before the session is up. */
  #makeClient(): ControlClient {
    const { clock, log, identity, version, input, output, ack, encoder } = this.#options;
    const context = {
      clock,
      log,
      identity,
      version,
      onLine: (from: Process, line: ChildLine) => this.#command(from, line),
      onChunk: (from: Process, chunk: Buffer, at: number) => this.#commands(from, chunk, at),
      watchers: new Set<ControlClient>(),
      journal: undefined,
    };
    const client = new ControlClient(NAME, input, {
      context,
      sink: output,
      onEnd: () => void this.#inputEnded(),
      overflow: { policy: 'block', limitSeconds: BLOCK_SECONDS },
      onBlock: (blocked) => this.#block(blocked),
      counts: true,
    });
    client.ack = ack;
    client.watch({ type: 'monitor', encoder, types: [] });
    client.hold();
    return client;
  }

  get #peer(): Peer | undefined {
    return this.#speaker.peers[0];
  }

  /** Runs until the session's end. @throws ListenError */
  async run(): Promise<PipeEnd> {
    const { clock, config, waitSeconds } = this.#options;
    this.#cancelWait = clock.after(waitSeconds * 1000, () => this.#fail(this.#peer?.whyNotUp ?? 'no answer'));
    await this.#speaker.configure([{ ...config, api: [EVERYTHING] }]);
    if (this.#peer === undefined) this.#fail('the session cannot be protected as asked for: see the log');
    const end = await this.#ended;
    this.#cancelWait?.();
    await this.#speaker.stop();
    await this.#client.drained();
    this.#client.close();
    return end;
  }

  /** Ends the session. Safe to call again. */
  stop(reason = 'stopped'): void {
    this.#finish(true, reason);
  }

  /** The events cannot be written any more: the session ends. @param problem absent: nobody wants them */
  unread(problem?: string): void {
    this.#client.close();
    if (problem === undefined) this.stop();
    else this.#fail(problem);
  }

  #fail(reason: string): void {
    this.#finish(false, reason);
  }

  #finish(wanted: boolean, reason: string, unsent = this.#unsent()): void {
    this.#end({ wanted, reason, refused: this.#client.refused, unsent });
  }

  /** What could not be sent in this session. */
  #unsent(): PipeEnd['unsent'] {
    return {
      routes: this.#peer?.outgoing.unsendable ?? 0,
      families: [...(this.#peer?.outgoing.unagreed ?? [])].map((family) => familyText(family)),
    };
  }

  #tell(event: Event): void {
    this.#client.tell(event, LANES[event.type] ?? 'event');
    if (event.type !== 'state') return;
    if (event.state === 'up') {
      this.#up = true;
      this.#cameUp();
      this.#cancelWait?.();
      this.#client.release();
    } else if (event.state === 'down' && !this.#leaving) {
      const means = downMeaning(event.reason);
      this.#fail(means === undefined ? event.reason : `${event.reason}: ${means}`);
    }
  }

  #block(blocked: boolean): void {
    this.#blocked = new Set(blocked ? [NAME] : []);
    this.#peer?.throttle();
  }

  #command(from: Process, line: ChildLine): void {
    this.#executor.execute(from, line);
    this.#commanded(1);
  }

  #commands(from: Process, chunk: Buffer, at: number): number {
    const before = from.commands;
    const next = this.#executor.usual(from, chunk, at);
    this.#commanded(from.commands - before);
    return next;
  }

  /** Routes wait in the Adj-RIB-Out, which has no end: its input has. */
  #commanded(count: number): void {
    this.#sinceSent += count;
    if (this.#sinceSent < COMMANDS_AHEAD) return;
    this.#sinceSent = 0;
    this.#client.hold();
    void this.#peer?.sent().then(() => {
      if (this.#up) this.#client.release();
    });
  }

  async #inputEnded(): Promise<void> {
    this.#client.finish();
    if (!this.#options.once) return;
    // where there was nothing to read nothing waited for the session
    await this.#comesUp;
    await this.#peer?.sent();
    const unsent = this.#unsent();
    this.#leaving = true;
    const taken = (await this.#peer?.stop('shutdown', this.#patienceMs())) === true;
    this.#finish(taken, taken ? 'all was sent' : 'the peer did not read all that was sent', unsent);
  }

  /** The system takes more than a peer that is slow has read, and forgets it when we are gone and the peer says something. */
  #patienceMs(): number {
    return (this.#peer?.negotiated?.holdTimeSeconds || PATIENCE_SECONDS) * 1000;
  }
}

const KINDS: ReadonlySet<MessageKind> = new Set(['open', 'update', 'notification', 'refresh']);
const PARSED = { parsed: true, packets: false, consolidate: false } as const;

const EVERYTHING: ApiConfig = {
  processes: [NAME],
  processesMatch: [],
  neighborChanges: true,
  negotiated: false,
  fsm: false,
  signal: false,
  gracefulRestart: false,
  snapshot: false,
  receive: { ...PARSED, kinds: KINDS },
  send: { ...PARSED, parsed: false, kinds: new Set() },
};
