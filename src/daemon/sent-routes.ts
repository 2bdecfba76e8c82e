import { type FamilyId, familyText } from '../bgp/family.ts';
import type { Negotiated } from '../bgp/negotiated.ts';
import type { Route } from '../bgp/route.ts';
import type { NeighborConfig } from '../config/model.ts';
import { Seldom } from '../hooks/seldom.ts';
import { sliced } from '../loop/sliced.ts';
import { AdjRibOut } from '../rib/adj-rib-out.ts';
import type { Heritage } from '../rib/heritage.ts';
import type { RibOutReports } from '../rib/session.ts';
import type { Clock } from '../session/clock.ts';
import type { Session } from '../session/session.ts';
import { parseAddress } from '../wire/address.ts';
import { Departure, type Talker } from './departure.ts';
import { Outbox } from './outbox.ts';
import type { LineLog } from './peer-log.ts';

export interface SentRoutesOptions {
  readonly config: NeighborConfig;
  readonly clock: Clock;
  readonly log: LineLog;
  readonly session: Pick<Session, 'send' | 'flush' | 'writableLength' | 'writtenLength' | 'localAddress'>;
  /** Whether a process of the neighbor has still to announce its routes. */
  readonly holdsEndOfRib: (config: NeighborConfig) => boolean;
  /** A long table of the configuration comes a little at a time, see `filled`. */
  readonly gradually: boolean;
  /** What another session left, see `release`. */
  readonly rib: AdjRibOut | undefined;
}

/** Routes that are put into their table at once. */
const FILLED_AT_ONCE = 1024;

/** As nearly always. */
const NO_FAMILIES: ReadonlySet<FamilyId> = new Set();

/** Between looks at whether the system has taken all. */
const LOOK_EVERY_MS = 5;

/** The routes that one neighbor shall have, and when they leave. */
export class SentRoutes {
  #rib: AdjRibOut;
  readonly #clock: Clock;
  readonly #session: SentRoutesOptions['session'];
  readonly #holdsEndOfRib: SentRoutesOptions['holdsEndOfRib'];
  readonly #log: LineLog;
  readonly #outbox: Outbox;
  #config: NeighborConfig;
  /** Of what commands bring, once they do. */
  #departure: Departure | undefined;
  #established = false;
  /** How often a session came up: of another one nothing is awaited. */
  #ups = 0;
  /** End-of-RIB waits for a process, or for the rest of the routes that it begins with. */
  #endsLater = false;
  /** Resolves when all routes that it begins with are there; undefined: they are. */
  #filling: Promise<void> | undefined;
  /** Families of which paths are held back, as the log has it. */
  #limited = NO_FAMILIES;
  /** Families of routes that the session does not have. */
  #unagreed = NO_FAMILIES;
  /** Of routes that cannot be sent, once there were any. */
  #refusals: Seldom | undefined;
  #unsendable = 0;

  constructor(options: SentRoutesOptions) {
    const { config, clock, session } = options;
    this.#clock = clock;
    this.#session = session;
    this.#holdsEndOfRib = options.holdsEndOfRib;
    this.#log = options.log;
    this.#config = config;
    this.#rib = this.#table(options.rib);
    this.#outbox = new Outbox({
      clock,
      perSecond: config.rateLimit,
      from: this.#rib,
      to: session,
    });
    const isLong = Math.max(config.routes.length, this.#rib.size) > FILLED_AT_ONCE;
    if (options.gradually && isLong) this.#fill(this.#rib.configuring(config.routes));
    else this.#rib.configure(config.routes);
  }

  get rib(): AdjRibOut {
    return this.#rib;
  }

  /** An empty one, or the one that is given. */
  #table(known?: AdjRibOut): AdjRibOut {
    const { groupUpdates, adjRibOut, manualEor, capability, rateLimit } = this.#config;
    const joinMessages = rateLimit === undefined;
    const options = { groupUpdates, adjRibOut, manualEor, aigp: capability.aigp, joinMessages };
    const reports: RibOutReports = {
      refused: (route, reason) => this.#refused(route, reason),
      heldBack: ({ family }, limit) => this.#heldBack(family, limit),
      unagreed: (family) => this.#notAgreed(family),
    };
    known?.handTo(options, reports);
    return known ?? new AdjRibOut(options, reports);
  }

  #fill(work: Generator<void, void, void>): void {
    const filling = Promise.resolve(this.#filling)
      .then(() => sliced(work))
      .then(() => {
        if (this.#filling !== filling) return;
        this.#filling = undefined;
        this.#outbox.wake();
        this.readinessChanged();
      });
    this.#filling = filling;
  }

  /** Has the routes of another table, too: few at once. */
  inherit(from: AdjRibOut, heritage: Heritage): void {
    const work = this.#rib.inheriting(from, heritage);
    if (this.#filling !== undefined || work.next().done !== true) this.#fill(work);
  }

  /** Resolves when all routes that it begins with are there: a session that is up meanwhile gets them as they come. */
  async filled(): Promise<void> {
    await this.#filling;
  }

  /** For who takes the place of this session: none of the routes leave here any more. */
  release(): AdjRibOut {
    const released = this.#rib;
    this.down();
    this.#rib = this.#table();
    return released;
  }

  /** Families that the session does not have, though there are routes of them. */
  get unagreed(): ReadonlySet<FamilyId> {
    return this.#unagreed;
  }

  /** How often a route was left out because it cannot be sent to this neighbor. */
  get unsendable(): number {
    return this.#unsendable;
  }

  /** The configuration's routes may be others now. */
  async reconfigure(config: NeighborConfig): Promise<void> {
    this.#config = config;
    await this.#filling;
    await sliced(this.#rib.configuring(config.routes));
    this.#outbox.wake();
  }

  /** A session came up. */
  up(negotiated: Negotiated): void {
    this.#established = true;
    this.#ups++;
    const localAddress = parseAddress(this.#session.localAddress ?? '') ?? new Uint8Array(4);
    this.#endsLater = this.#filling !== undefined || this.#holdsEndOfRib(this.#config);
    const session = { negotiated, localAddress, localLinkLocal: this.#linkLocal() };
    this.#rib.sessionUp(session, { endOfRib: !this.#endsLater });
    this.#outbox.open();
  }

  /** The session is gone. */
  down(): void {
    this.#established = false;
    this.#endsLater = false;
    this.#limited = NO_FAMILIES;
    this.#unagreed = NO_FAMILIES;
    this.#outbox.close();
    this.#rib.sessionDown();
    void sliced(this.#rib.settling());
  }

  /** The socket has room again. */
  wake(): void {
    this.#outbox.wake();
  }

  /** All of a family, or all there are, once more. */
  resend(family?: FamilyId): void {
    this.#rib.resend(family);
    this.#outbox.wake();
  }

  /** Withdraws all there is. Undefined: it is done; else resolves when it is, as a long table takes some time. */
  clear(): Promise<void> | undefined {
    const clearing = this.#rib.clearing();
    const isDone = clearing.next().done === true;
    this.#outbox.wake();
    return isDone ? undefined : sliced(clearing).then(() => this.#outbox.wake());
  }

  /** False: there is no session. The family need not be one that was agreed on. */
  endOfRib(family: FamilyId): boolean {
    if (!this.#established || !this.#rib.endOfRib(family)) return false;
    this.#outbox.wake();
    return true;
  }

  /** A process said that it is ready, or is waited for no longer. */
  readinessChanged(): void {
    if (!this.#endsLater || this.#filling !== undefined || this.#holdsEndOfRib(this.#config)) return;
    this.#endsLater = false;
    this.#rib.endOfRibs();
    this.#outbox.wake();
  }

  /** Resolves when the system has taken all that is to be sent now, whatever comes since, or there is no session. With `auto-flush false` at once. */
  async taken(): Promise<void> {
    if (!this.#config.autoFlush) return;
    const ups = this.#ups;
    await this.#outbox.emptied();
    const upTo = this.#session.writtenLength;
    const taken = () => this.#session.writtenLength - this.#session.writableLength >= upTo;
    while (this.#established && this.#ups === ups && !taken()) {
      await new Promise<void>((resolve) => void this.#clock.after(LOOK_EVERY_MS, resolve));
    }
  }

  /**
   * Routes changed: they are sent now, or with `auto-flush false` when a flush asks for it.
   * @param talker the process that changed them
   * @param all nothing is left of what it wrote so far
   */
  changed(talker?: Talker, all = false): void {
    if (!this.#config.autoFlush) return;
    this.#departure ??= new Departure(this.#clock, () => this.#outbox.send());
    this.#departure.said(talker, all);
  }

  /** As ExaBGP has it: for a neighbor on the same link. */
  #linkLocal(): Uint8Array | undefined {
    const { localLinkLocal, protection } = this.#config;
    return (protection.ttl ?? 1) <= 1 ? localLinkLocal : undefined;
  }

  #refused({ nlri }: Route, reason: string): void {
    this.#unsendable++;
    this.#refusals ??= new Seldom(() => this.#clock.now());
    this.#refusals.tell((counted) =>
      this.#log.warn({ family: familyText(nlri.family), reason, ...counted }, 'route not sent'),
    );
  }

  /** Told once in a session: most often the family is missing in the configuration of one side. */
  #notAgreed(family: FamilyId): void {
    if (this.#unagreed.has(family)) return;
    this.#unagreed = new Set([...this.#unagreed, family]);
    this.#log.warn(
      { family: familyText(family) },
      'routes are not sent: the session does not have their family',
    );
  }

  /** Told once in a session: `show neighbor` has how many there are. */
  #heldBack(family: FamilyId, limit: number): void {
    if (this.#limited.has(family)) return;
    this.#limited = new Set([...this.#limited, family]);
    this.#log.warn(
      { family: familyText(family), limit },
      'paths are held back: the peer takes no more to one destination',
    );
  }
}
