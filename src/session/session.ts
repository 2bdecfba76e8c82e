import type { Socket } from 'node:net';
import { notify } from '../bgp/errors.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import { type NotificationMessage, notificationOf } from '../bgp/notification.ts';
import type { Clock } from './clock.ts';
import { COLLISION, survivor } from './collision.ts';
import { Connection } from './connection.ts';
import type { ConnectionOwner } from './connection-owner.ts';
import type { State } from './fsm.ts';
import { refuse } from './refuse.ts';
import { kept, type SessionEvent } from './session-event.ts';
import type { SessionSettings } from './settings.ts';
import { jittered, nextWaitSeconds } from './timers.ts';

export type { SessionEvent } from './session-event.ts';

const REPLACED = 'closing outgoing connection as we have another incoming on with higher router-id';
const SHUTTING_DOWN = 'stop, message [shutting down]';
const REJECTED = notificationOf(notify('Cease', 'Connection Rejected'));

/** A peer that ends each session at once (too many prefixes, say) is not to be met again within milliseconds. */
const AFTER_SESSION_SECONDS = 1;

const NO_CONNECTIONS: readonly Connection[] = [];
const NO_EVENTS: readonly SessionEvent[] = [];

export interface SessionOptions {
  readonly settings: SessionSettings;
  readonly clock: Clock;
  on(event: SessionEvent): void;
  /** Octets of the peer are about to be told as events: `pauseReading` has them wait. */
  arrived?(): void;
  /**
   * Regular UPDATEs in a row, from `from` on, may be taken together: gives where the first message stands that is
   * left, to be told as an event. The octets are valid during the call only.
   */
  updates?(octets: Uint8Array, from: number): number;
  /** Whether the message at `at`, which we send, is told as an event too. */
  observesSend?(octets: Uint8Array, at: number): boolean;
}

/**
 * The session with one neighbor, over whatever connections it takes: at most one that we opened and one that
 * the peer opened, until one of them wins (RFC 4271 section 6.8). Events tell of one at a time.
 */
export class Session implements ConnectionOwner {
  readonly #options: SessionOptions;
  /** Mostly one: an array takes a fraction of what a set does. */
  #connections = NO_CONNECTIONS;
  /** Events of a connection that has not won yet. */
  #backlog = NO_EVENTS;
  #told: Connection | undefined;
  #running = false;
  #attempted = false;
  #waitSeconds = 0;
  /** Until when connections of the peer are refused. */
  #closedUntilMs = 0;
  #cancelRetry: (() => void) | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get settings(): SessionSettings {
    return this.#options.settings;
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  get state(): State {
    return this.#told?.state ?? (this.#running && this.settings.passive ? 'ACTIVE' : 'IDLE');
  }

  get negotiated(): Negotiated | undefined {
    return this.#told?.negotiated;
  }

  /** As bound, while there is a connection. */
  get localAddress(): string | undefined {
    return this.#told?.transport?.localAddress ?? this.settings.localAddress;
  }

  /** What was sent leaves before the caller goes on. */
  flush(): void {
    this.#told?.transport?.flush();
  }

  get writableLength(): number {
    return this.#told?.transport?.writableLength ?? 0;
  }

  /** Of the connection that there is now. */
  get writtenLength(): number {
    return this.#told?.transport?.writtenLength ?? 0;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  /**
   * Ends the session for good: the NOTIFICATION is flushed, then our end of the stream. Without one the peer
   * may keep our routes (graceful restart). Resolves when all is closed: true, the peer has read what was sent.
   * @param patienceMs how long it may be silent until it has; else all has two seconds
   */
  async stop(notification?: NotificationMessage, reason?: string, patienceMs?: number): Promise<boolean> {
    this.#running = false;
    this.#stopRetry();
    const why = reason ?? (notification === undefined ? SHUTTING_DOWN : undefined);
    const connections = this.#connections;
    for (const connection of connections) connection.stop(notification, why, patienceMs);
    const closed = await Promise.all(connections.map((connection) => connection.closed));
    return closed.length > 0 && closed.every((byPeer) => byPeer);
  }

  /** Ends the connection; the next attempt follows at once, or after `seconds` in which no connection is taken. */
  teardown(notification: NotificationMessage | undefined, reason?: string, seconds = 0): void {
    this.#waitSeconds = seconds;
    this.#closedUntilMs = this.clock.now() + seconds * 1000;
    for (const connection of this.#connections) connection.stop(notification, reason);
    if (this.#connections.length === 0) this.#retry();
  }

  /** Takes a connection from the peer's address, or refuses it with a NOTIFICATION. */
  accept(socket: Socket): void {
    if (!this.#running || this.clock.now() < this.#closedUntilMs) {
      refuse(socket, REJECTED, this.clock);
      return;
    }
    const up = this.#connections.find((c) => c.state === 'ESTABLISHED');
    // RFC 4724 section 5: the peer restarted, the old connection only looks alive
    if (up !== undefined && up.negotiated?.gracefulRestart === undefined) {
      refuse(socket, COLLISION, this.clock);
      return;
    }
    const older = this.#connections.find((c) => c !== up && c.openedBy === 'opened-by-peer');
    older?.dump();
    this.#stopRetry();
    this.#waitSeconds = 0;
    const connection = this.#add('opened-by-peer');
    connection.accept(socket);
  }

  /**
   * Octets of whole messages, not to be changed afterwards. False: wait for `drain`, or the session is down.
   * @param now they leave before anything else is done
   */
  send(octets: Uint8Array, now = false): boolean {
    return this.#told?.send(octets, now) ?? false;
  }

  pauseReading(): void {
    this.#told?.transport?.pause();
  }

  resumeReading(): void {
    this.#told?.transport?.resume();
  }

  #add(openedBy: Connection['openedBy']): Connection {
    const connection = new Connection(this, openedBy);
    this.#connections = [...this.#connections, connection];
    if (this.#told === undefined || !isConnected(this.#told)) this.#told = connection;
    return connection;
  }

  #connect(): void {
    if (!this.#running || this.settings.passive || this.#connections.length > 0) return;
    if (!this.#attempted) {
      this.#options.on({ type: 'fsm', state: 'ACTIVE' });
      this.#options.on({ type: 'fsm', state: 'IDLE' });
    }
    this.#attempted = true;
    this.#add('opened-by-us').start();
  }

  /* What its connections ask of it. */

  observesSend(octets: Uint8Array, at: number): boolean {
    return this.#options.observesSend?.(octets, at) ?? false;
  }

  arrived(connection: Connection): void {
    if (connection === this.#told) this.#options.arrived?.();
  }

  updates(connection: Connection, octets: Uint8Array, from: number): number {
    return connection === this.#told ? (this.#options.updates?.(octets, from) ?? from) : from;
  }

  emit(connection: Connection, event: SessionEvent): void {
    if (event.type === 'connected') this.#attempted = false;
    if (event.type === 'up') this.#waitSeconds = AFTER_SESSION_SECONDS;
    if (connection === this.#told) {
      this.#options.on(event);
      return;
    }
    if (isConnected(connection) && !isConnected(this.#told)) {
      this.#show(connection, event);
      return;
    }
    this.#backlog = [...this.#backlog, event.type === 'message' ? kept(event) : event];
  }

  #show(connection: Connection, event: SessionEvent): void {
    this.#told = connection;
    this.#options.on(event);
  }

  /** Collision detection when an OPEN arrives, RFC 4271 section 6.8. */
  mayConfirm(connection: Connection): boolean {
    const other = this.#other(connection);
    const speakers = connection.speakers;
    if (other === undefined || speakers === undefined) return true;
    if (other.state === 'ESTABLISHED') {
      if (other.negotiated?.gracefulRestart !== undefined) other.stop(undefined, 'closing connection');
      else connection.dump();
      return other.state !== 'ESTABLISHED';
    }
    if (other.state !== 'OPENCONFIRM') return true;
    const stays = survivor(speakers.local, speakers.remote);
    if (stays === connection.openedBy) other.dump(REPLACED);
    else connection.dump();
    return stays === connection.openedBy;
  }

  won(connection: Connection): void {
    this.#other(connection)?.dump(REPLACED);
  }

  #other(connection: Connection): Connection | undefined {
    return this.#connections.find((c) => c !== connection);
  }

  over(connection: Connection): void {
    if (!this.#connections.includes(connection)) return;
    this.#connections = this.#connections.filter((each) => each !== connection);
    const other = this.#other(connection);
    if (connection !== this.#told) {
      this.#backlog = NO_EVENTS;
      return;
    }
    this.#told = other;
    const backlog = this.#backlog;
    this.#backlog = NO_EVENTS;
    for (const event of backlog) this.#options.on(event);
    if (other === undefined) this.#retry();
  }

  #retry(): void {
    this.#stopRetry();
    if (!this.#running) return;
    const ms = jittered(this.#waitSeconds * 1000, this.clock);
    this.#waitSeconds = nextWaitSeconds(this.#waitSeconds);
    this.#cancelRetry = this.clock.after(ms, () => {
      this.#cancelRetry = undefined;
      this.#connect();
    });
  }

  #stopRetry(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
  }
}

function isConnected(connection: Connection | undefined): boolean {
  const state = connection?.state;
  return state === 'OPENSENT' || state === 'OPENCONFIRM' || state === 'ESTABLISHED';
}
