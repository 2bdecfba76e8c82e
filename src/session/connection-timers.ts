import type { Negotiated } from '../bgp/negotiated.ts';
import type { Clock } from './clock.ts';
import type { FsmEvent, TimerEffect } from './fsm.ts';
import type { SessionSettings } from './settings.ts';
import { jittered, QuietTimer, type TimerOwner } from './timers.ts';
import type { Transport } from './transport.ts';

const CONNECT_TIMEOUT_MS = 30_000;
/** RFC 9687 section 4: eight minutes or twice the hold time, whichever is more. */
const SEND_HOLD_MS = 480_000;

/** For the rest of a message whose beginning was read when the hold time was over. */
const LATE_MS = 1000;

/** KEEPALIVEs that are due within this time leave together. */
const TOGETHER_MS = 500;

/** A little less, so that the timers of many sessions end at the same moments: the loop wakes once for all. */
function together(ms: number, clock: Clock): number {
  if (ms < 10 * TOGETHER_MS) return ms;
  return ms - ((clock.now() + ms) % TOGETHER_MS);
}

export interface TimedConnection {
  readonly settings: SessionSettings;
  readonly clock: Clock;
  readonly transport: Transport | undefined;
  handle(event: FsmEvent): void;
}

/** The timers of one connection, RFC 4271 section 10 and RFC 9687. */
export class ConnectionTimers implements TimerOwner {
  readonly #of: TimedConnection;
  readonly #hold: QuietTimer;
  readonly #keepalive: QuietTimer;
  readonly #sendHold: QuietTimer;
  /** Only of a connection that we open. */
  #connectRetry: QuietTimer | undefined;
  #holdMs = 0;
  #sendHoldMs = 0;
  /** The hold timer bounds the wait for an OPEN, or, without a hold time, for the first KEEPALIVE. */
  #waiting = false;
  /** The hold time is over, and the peer has a little more. */
  #late = false;

  constructor(of: TimedConnection) {
    this.#of = of;
    this.#hold = new QuietTimer(of.clock, this);
    this.#keepalive = new QuietTimer(of.clock, this);
    this.#sendHold = new QuietTimer(of.clock, this);
  }

  expired(timer: QuietTimer): void {
    if (timer === this.#keepalive) this.#of.handle({ type: 'keepalive-timer-expired' });
    else if (timer === this.#hold) this.#holdExpired();
    else if (timer === this.#sendHold) this.#sendHoldExpired();
    else this.#of.handle({ type: 'connect-retry-timer-expired' });
  }

  /** @param negotiated what was agreed on, if it was */
  run(effect: TimerEffect, negotiated: Negotiated | undefined): void {
    switch (effect) {
      case 'start-connect-retry-timer':
        this.#startConnectRetry();
        return;
      case 'stop-connect-retry-timer':
        this.stopConnectRetry();
        return;
      case 'start-open-wait':
        this.#startOpenWait();
        return;
      case 'start-keepalive-timer':
        this.startKeepalive(negotiated?.holdTimeSeconds ?? 0);
        return;
      case 'start-hold-timer':
        if (negotiated !== undefined) this.#agree(negotiated);
        return;
      case 'restart-hold-timer':
        this.heard();
        return;
    }
  }

  #startConnectRetry(): void {
    this.#connectRetry ??= new QuietTimer(this.#of.clock, this);
    this.#connectRetry.start(jittered(CONNECT_TIMEOUT_MS, this.#of.clock));
  }

  stopConnectRetry(): void {
    this.#connectRetry?.stop();
  }

  #startOpenWait(): void {
    this.#waiting = true;
    this.#startHold(this.#of.settings.openWaitSeconds);
  }

  /** The hold time is known. */
  #agree(negotiated: Negotiated): void {
    const seconds = negotiated.holdTimeSeconds;
    this.#waiting = seconds === 0;
    this.#startHold(seconds === 0 ? this.#of.settings.openWaitSeconds : seconds);
    const sendHoldSeconds = this.#of.settings.sendHoldSeconds;
    const usual = Math.max(SEND_HOLD_MS, 2000 * seconds);
    this.#sendHoldMs = sendHoldSeconds === undefined ? usual : sendHoldSeconds * 1000;
  }

  /** The peer gave a sign of life: KEEPALIVE or UPDATE. */
  heard(): void {
    if (this.#waiting) this.#hold.stop();
    else this.#hold.touch();
  }

  startKeepalive(holdTimeSeconds: number): void {
    if (holdTimeSeconds === 0) return;
    const ms = jittered((holdTimeSeconds * 1000) / 3, this.#of.clock);
    this.#keepalive.start(together(ms, this.#of.clock));
  }

  /** We sent something that stands for a KEEPALIVE. */
  sent(): void {
    this.#keepalive.touch();
  }

  startSendHold(): void {
    this.#sendHold.start(this.#sendHoldMs);
  }

  /** The system took octets. */
  progress(): void {
    this.#sendHold.touch();
  }

  stop(): void {
    for (const timer of [this.#hold, this.#keepalive, this.#sendHold]) timer.stop();
  }

  #startHold(seconds: number): void {
    this.#holdMs = seconds * 1000;
    this.#hold.start(this.#holdMs);
  }

  /**
   * Octets that wait because we were busy, or that nobody wanted to read, count: they are read first, and of the
   * latter one sign of life only, since whoever is to be told of them has no room.
   */
  #holdExpired(): void {
    const late = this.#late;
    this.#late = false;
    this.#hold.start(this.#holdMs);
    const before = this.#hold.touches;
    const heard = () => !this.#hold.running || this.#hold.touches > before;
    // a peer that we kept waiting may have got no further than the middle of a message
    const kept = this.#of.transport?.paused === true;
    this.#of.transport?.urge(heard);
    setImmediate(() => {
      if (heard()) return;
      if (kept && !late) {
        this.#late = true;
        this.#hold.start(LATE_MS);
        return;
      }
      this.#hold.stop();
      this.#of.handle({ type: this.#waiting ? 'open-wait-expired' : 'hold-timer-expired' });
    });
  }

  #sendHoldExpired(): void {
    if (this.#of.transport?.writableLength) this.#of.handle({ type: 'send-hold-timer-expired' });
    else this.startSendHold();
  }
}
