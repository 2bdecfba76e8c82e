import { messageTypeWord } from '../bgp/header.ts';
import type { ApiVersion } from '../bgp/json.ts';
import type { Message } from '../bgp/message.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import { notificationText } from '../bgp/notification.ts';
import { eachRegular, type RegularUpdate } from '../bgp/regular-update.ts';
import type { Update } from '../bgp/update.ts';
import type { NeighborConfig } from '../config/model.ts';
import { downMeaning } from '../events/down-reason.ts';
import type { Direction, Event, Neighbor } from '../events/event.ts';
import type { UpdateRun } from '../events/line-render.ts';
import { messageEvent } from '../events/message-event.ts';
import { Seldom } from '../hooks/seldom.ts';
import { Subscriptions } from '../hooks/subscriptions.ts';
import type { Clock } from '../session/clock.ts';
import { NO_ANSWER } from '../session/connection.ts';
import type { SessionEvent } from '../session/session.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import { toHex } from '../wire/hex.ts';
import { printable } from '../wire/text.ts';
import { endedSilently } from './endings.ts';
import type { Gathering } from './gathering.ts';
import type { LineLog } from './peer-log.ts';
import { type RestartReport, restartFields } from './received-routes.ts';

export interface PeerReportsOptions {
  readonly config: NeighborConfig;
  readonly peerAddress: string;
  readonly clock: Clock;
  readonly log: LineLog;
  /** Gives a promise when no more events should be made until it resolves. */
  readonly emit: (event: Event, subscriptions: Subscriptions) => Promise<void> | undefined;
  /** Lines for those who are told of regular UPDATEs that came together; undefined: they are told one by one. */
  readonly gather?: ((of: UpdateRun, subscriptions: Subscriptions) => Gathering | undefined) | undefined;
  /** Whether somebody is told of every event, whatever the neighbor's `api` sections say. */
  readonly watched: () => boolean;
}

/** The system drops what is not signed as we sign it. */
const OTHER_MD5 = 'so it looks when the peer has no TCP MD5 password, or another one';

const BEFORE_5: readonly ApiVersion[] = [4];
const SINCE_5: readonly ApiVersion[] = [5, 6];

const RESTART_TEXTS = {
  stale: 'routes are kept: the peer may come back',
  'long-lived': 'routes are kept for longer',
  swept: 'routes are forgotten: the peer did not send them again',
} as const satisfies Record<RestartReport['phase'], string>;

/** Attempts that fail alike are told once; of those that always fail otherwise so many before it starts anew. */
const MOST_TOLD = 32;

type Counts = Record<Message['type'], number>;

function noMessages(): Counts {
  return { open: 0, update: 0, notification: 0, keepalive: 0, 'route-refresh': 0, operational: 0 };
}

/** What is told of one neighbor, to processes and to the log: who it is, what happened, how many messages. */
export class PeerReports {
  readonly counters: Record<Direction, Counts> = { send: noMessages(), receive: noMessages() };
  readonly #clock: Clock;
  readonly #log: LineLog;
  readonly #send: PeerReportsOptions['emit'];
  readonly #gather: PeerReportsOptions['gather'];
  /** Of malformed attributes, once there were any. */
  #malformed: Seldom | undefined;
  readonly #watched: () => boolean;
  #subscriptions: Subscriptions;
  #neighbor: Neighbor;
  /** Why the last attempt to connect came to nothing. */
  #connectFailure: string | undefined;
  #downReason: string | undefined;
  /** When the session came up last, or ceased to be. */
  #sinceMs: number;
  /** The local address is configured: every line of the log has it. */
  readonly #localIsKnown: boolean;
  readonly #usesMd5: boolean;
  /** What the log was told since the session was up last. */
  #told: Set<string> | undefined;

  constructor({ config, peerAddress, clock, log, emit, gather, watched }: PeerReportsOptions) {
    this.#watched = watched;
    this.#gather = gather;
    this.#clock = clock;
    this.#sinceMs = clock.now();
    this.#log = log;
    this.#send = emit;
    this.#subscriptions = Subscriptions.of(config.api);
    this.#usesMd5 = config.protection.md5 !== undefined;
    this.#localIsKnown = config.localAddress !== undefined;
    this.#neighbor = {
      localAddress: config.localAddress === undefined ? 'auto' : formatAddress(config.localAddress),
      peerAddress,
      localAs: config.localAs ?? 0,
      peerAs: config.peerAs ?? 0,
      routerId: dottedQuad(config.routerId),
      counter: { value: 0 },
    };
  }

  get subscriptions(): Subscriptions {
    return this.#subscriptions;
  }

  /** Why the neighbor is not up; undefined: it is, or it never was. */
  get downReason(): string | undefined {
    return this.#downReason;
  }

  /** Why the last attempt to connect failed; undefined: there was none, or it did not. */
  get connectFailure(): string | undefined {
    return this.#connectFailure;
  }

  /** How long there is a session, or none. */
  get stateSeconds(): number {
    return (this.#clock.now() - this.#sinceMs) / 1000;
  }

  get neighbor(): Neighbor {
    return this.#neighbor;
  }

  subscribe(config: NeighborConfig): void {
    this.#subscriptions = Subscriptions.of(config.api);
  }

  signal(code: number, name: string): void {
    if (this.#wants('signal')) this.#emit({ ...this.#common(), type: 'signal', code, name });
  }

  state(state: 'connected' | 'up'): void {
    this.#emit({ ...this.#common(), type: 'state', state });
  }

  /** ExaBGP 4 tells of IDLE only where a session ends, before `down` or, where we ended it without a word, behind it. */
  fsm(
    { state }: Pick<Extract<SessionEvent, { type: 'fsm' }>, 'state'>,
    versions?: readonly ApiVersion[],
  ): void {
    const told = versions ?? (state === 'IDLE' ? SINCE_5 : undefined);
    if (!this.#wants('fsm')) return;
    this.#emit({ ...this.#common(), type: 'fsm', state, ...(told === undefined ? {} : { versions: told }) });
  }

  connected(localAddress: string): void {
    this.#connectFailure = undefined;
    this.#neighbor = { ...this.#neighbor, localAddress };
    this.#log[this.#once('connected', 'info')](
      this.#localIsKnown ? {} : { local: localAddress },
      'connected',
    );
    this.state('connected');
  }

  connectFailed(why: string): void {
    const reason = why === NO_ANSWER && this.#usesMd5 ? `${why}: ${OTHER_MD5}` : why;
    this.#log[this.#once(reason, 'warn')]({ reason }, 'cannot connect');
    this.#connectFailure = reason;
  }

  /** Each new reason once: the attempts of a peer that is away, or wrongly configured, for days would drown the log. */
  #once<L extends 'info' | 'warn'>(what: string, level: L): L | 'debug' {
    const told = this.#told ?? new Set();
    this.#told = told;
    if (told.has(what)) return 'debug';
    if (told.size >= MOST_TOLD) told.clear();
    told.add(what);
    return level;
  }

  negotiated(negotiated: Negotiated): void {
    const { localAs, peerAs } = negotiated;
    this.#neighbor = { ...this.#neighbor, localAs, peerAs };
    if (this.#wants('negotiated')) {
      this.#emit({ ...this.#common(), type: 'negotiated', negotiated });
    }
  }

  up({ peerAs, holdTimeSeconds }: Negotiated): void {
    this.#downReason = undefined;
    this.#sinceMs = this.#clock.now();
    this.#told = undefined;
    this.#log.info({ peerAs, holdTimeSeconds }, 'up');
    this.state('up');
  }

  down({ reason, notification, established }: Extract<SessionEvent, { type: 'down' }>): void {
    this.#downReason = reason;
    if (established) this.#sinceMs = this.#clock.now();
    const text = notification && notificationText(notification);
    const means = downMeaning(reason);
    const said = { reason, ...(means && { means }), ...(text && { text }) };
    this.#log[this.#once(`${reason} ${text}`, 'info')](said, 'down');
    const isOurs = endedSilently(reason);
    if (!isOurs) this.fsm({ state: 'IDLE' }, BEFORE_5);
    this.#emit({ ...this.#common(), type: 'state', state: 'down', reason, text });
    if (isOurs) this.fsm({ state: 'IDLE' }, BEFORE_5);
  }

  restart(report: RestartReport): void {
    this.#log.info(restartFields(report), RESTART_TEXTS[report.phase]);
    if (this.#subscriptions.wants('graceful-restart')) {
      this.#emit({ ...this.#common(), type: 'graceful-restart', ...report });
    }
  }

  rejected({ reason, octets }: Extract<SessionEvent, { type: 'rejected' }>): void {
    const level = this.#once(`bad message ${reason}`, 'warn');
    this.#log[level]({ reason: printable(reason), octets: toHex(octets) }, 'bad message');
  }

  /** Whether somebody wants the message that we sent as an event; an UPDATE that nobody wants is counted, and that is all. */
  observesSend(octets: Uint8Array, at: number): boolean {
    const direction = 'send';
    if (messageTypeWord(octets, at) !== 'update' || this.#wants('update', direction)) return true;
    this.counters[direction].update++;
    return false;
  }

  /**
   * What we sent, and what is regular, is looked at only when somebody listens. A promise: those who listen have
   * enough to read until it resolves.
   */
  message(
    event: Extract<SessionEvent, { type: 'message' }>,
    negotiated: Negotiated | undefined,
  ): Promise<void> | undefined {
    const { direction, octets } = event;
    const kind = messageTypeWord(octets);
    if (kind === undefined) return undefined;
    this.counters[direction][kind]++;
    const told = this.#wants(kind === 'route-refresh' ? 'refresh' : kind, direction);
    if (direction === 'receive' && event.message.type === 'update' && event.message.regular === undefined)
      this.#tellMalformed(event.message.update);
    if (!told) return undefined;
    // a literal: object spread would cost more than all else that is done for an UPDATE
    const common = { neighbor: this.#neighbor, timeMs: this.#clock.wall(), direction, octets, negotiated };
    return this.#emit(messageEvent(event.message, common));
  }

  /**
   * Takes the regular UPDATEs that stand in a row from `from` on, unless somebody wants them one by one; `each` sees every
   * one, and ends it with false.
   */
  updates(
    octets: Uint8Array,
    from: number,
    { negotiated, each }: { negotiated: Negotiated; each: (update: RegularUpdate) => boolean },
  ): { readonly to: number; readonly room: Promise<void> | undefined } {
    const direction = 'receive';
    const counts = this.counters[direction];
    const wanted = this.#wants('update', direction);
    const of = { neighbor: this.#neighbor, timeMs: this.#clock.wall(), direction, negotiated } as const;
    const lines = wanted && !this.#watched() ? this.#gather?.(of, this.#subscriptions) : undefined;
    if (wanted && lines === undefined) return { to: from, room: undefined };
    const to = eachRegular(octets, from, {
      context: negotiated.receive,
      each: (update) => {
        counts.update++;
        lines?.add(update);
        return each(update);
      },
    });
    return { to, room: lines?.end() };
  }

  #tellMalformed(update: Update): void {
    for (const { attribute, action, reason } of update.malformed) {
      this.#malformed ??= new Seldom(() => this.#clock.now());
      this.#malformed.tell((counted) =>
        this.#log.warn({ attribute, action, reason, ...counted }, 'malformed attribute'),
      );
    }
  }

  #wants(type: Event['type'], direction?: Direction): boolean {
    return this.#watched() || this.#subscriptions.wants(type, direction);
  }

  #common() {
    return { neighbor: this.#neighbor, timeMs: this.#clock.wall() };
  }

  #emit(event: Event): Promise<void> | undefined {
    return this.#send(event, this.#subscriptions);
  }
}
