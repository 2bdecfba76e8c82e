import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { messageTypeWord } from '../bgp/header.ts';
import { initiationFrame } from '../bmp/sender.ts';
import type { BmpExportConfig } from '../config/bmp-model.ts';
import { AttributePool } from '../rib/octets/attribute-pool.ts';
import type { Clock } from '../session/clock.ts';
import { sameOctets } from '../wire/address.ts';
import { ExportTarget } from './bmp-export-target.ts';
import { ExportedSession, VIEWS_OF, type Way, wayOf } from './bmp-exported-session.ts';
import { DUG_AT_ONCE } from './bmp-memories.ts';
import { SessionWatch } from './bmp-session-watch.ts';
import { type Endpoint, ListenError } from './listener.ts';
import type { Peer } from './peer.ts';
import { sameKey } from './same-key.ts';

export interface ExportsOptions {
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
}

const DIG_MS = 100;
const WAYS: readonly Way[] = ['receive', 'send'];

/** The BGP sessions of this speaker, told by BMP to the stations that `export` names. */
export class Exports {
  readonly #options: ExportsOptions;
  readonly #pool = new AttributePool();
  /** Those that are up. */
  readonly #watches = new Set<SessionWatch>();
  /** The same, as stations are told of them: made when there are any. */
  readonly #sessions = new Map<SessionWatch, ExportedSession>();
  #cancelDig = (): void => undefined;
  #targets: ReadonlyMap<string, ExportTarget> = new Map();

  constructor(options: ExportsOptions) {
    this.#options = options;
  }

  get targets(): readonly ExportTarget[] {
    return [...this.#targets.values()];
  }

  get sessions(): readonly ExportedSession[] {
    return [...this.#sessions.values()];
  }

  /** What a neighbor's session is seen by. */
  watch(peer: Peer): SessionWatch {
    return new SessionWatch(peer, this);
  }

  /** Goes to other targets by the difference. @throws ListenError, the targets being as they were */
  async configure(configs: readonly BmpExportConfig[]): Promise<void> {
    const wanted = new Map(configs.map((config) => [sameKey(config), config]));
    if (wanted.size > 0)
      for (const watch of this.#watches) if (!this.#sessions.has(watch)) this.#begin(watch);
    const before = this.#targets;
    const gone = [...before].filter(([key]) => !wanted.has(key));
    // an endpoint that another one listens on has to be free first
    await Promise.all(gone.map(([, target]) => target.stop('permanently-closed', 'the export was removed')));
    this.#targets = new Map([...before].filter(([key]) => wanted.has(key)));
    try {
      await this.#add(wanted);
    } catch (err) {
      const others = [...this.#targets].filter(([key]) => !before.has(key));
      await Promise.all(others.map(([, target]) => target.stop('administratively-closed', 'not configured')));
      this.#targets = new Map([...this.#targets].filter(([key]) => before.has(key)));
      await this.#add(new Map(gone.map(([key, { config }]) => [key, config])));
      throw err;
    } finally {
      this.#follow();
    }
  }

  async stop(): Promise<void> {
    this.#cancelDig();
    await Promise.all(
      this.targets.map((target) => target.stop('administratively-closed', 'the speaker stops')),
    );
    this.#targets = new Map();
  }

  /** The session of a neighbor came up. */
  up(watch: SessionWatch): void {
    this.#watches.add(watch);
    if (this.#targets.size === 0) return;
    const session = this.#begin(watch);
    if (session !== undefined) this.#tell(session, session.up);
  }

  #begin(watch: SessionWatch): ExportedSession | undefined {
    const { facts, negotiated } = watch;
    if (facts === undefined || negotiated === undefined) return undefined;
    const taken = this.sessions
      .filter(({ peerAddress }) => sameOctets(peerAddress, facts.peerAddress))
      .map(({ instance }) => instance);
    let instance = 0;
    while (taken.includes(instance)) instance++;
    const session = new ExportedSession({ ...facts, instance }, negotiated, {
      clock: this.#options.clock,
      pool: this.#pool,
    });
    this.#sessions.set(watch, session);
    for (const way of WAYS) if (this.#wanted(session, way)) session.keep(way);
    return session;
  }

  /** An UPDATE went its way, over a session that is up. */
  update(watch: SessionWatch, way: Way, octets: Uint8Array, withdrawn: () => boolean): void {
    const session = this.#sessions.get(watch);
    if (session === undefined || this.#targets.size === 0) return;
    session.apply(way, octets, withdrawn);
    for (const view of VIEWS_OF[way]) {
      let frame: Uint8Array | undefined;
      for (const target of this.#targets.values()) {
        if (!target.wants(view) || !target.selects(session)) continue;
        frame ??= session.monitoring(view, octets);
        target.offer(frame);
      }
    }
  }

  /** A message of the neighbor cannot be read, and ends its session. */
  rejected(watch: SessionWatch, octets: Uint8Array): void {
    const session = this.#sessions.get(watch);
    // of a bad header only that is known
    if (session === undefined || messageTypeWord(octets) === undefined) return;
    for (const target of this.#targets.values()) {
      if (target.config.mirroring && target.selects(session)) target.offer(session.mirroring(octets));
    }
  }

  down(watch: SessionWatch, reason: Parameters<ExportedSession['down']>[0]): void {
    this.#watches.delete(watch);
    const session = this.#sessions.get(watch);
    if (session === undefined) return;
    this.#sessions.delete(watch);
    this.#tell(session, session.down(reason));
    this.#dig();
  }

  /** Gives up the attributes of routes that are gone, without keeping anybody waiting. */
  #dig(): void {
    this.#cancelDig();
    this.#cancelDig = this.#options.clock.after(DIG_MS, () => {
      if (this.#pool.dig(DUG_AT_ONCE)) this.#dig();
    });
  }

  #tell(session: ExportedSession, frame: Uint8Array): void {
    for (const target of this.#targets.values()) if (target.selects(session)) target.offer(frame);
  }

  #wanted(session: ExportedSession, way: Way): boolean {
    return this.targets.some(
      (target) => target.selects(session) && [...target.config.views].some((view) => wayOf(view) === way),
    );
  }

  /** Keeps the routes of sessions that are up as the targets want them from now on. */
  #follow(): void {
    for (const [watch, session] of this.#sessions) {
      for (const way of WAYS) {
        if (!this.#wanted(session, way)) session.drop(way);
        else if (session.keep(way)) void watch.tellAgain(way).then((all) => all && this.#ends(session, way));
      }
    }
  }

  /** What was told again is complete. */
  #ends(session: ExportedSession, way: Way): void {
    if (session.over) return;
    for (const view of VIEWS_OF[way]) {
      for (const frame of session.ends(view)) {
        for (const target of this.#targets.values())
          if (target.wants(view) && target.selects(session)) target.offer(frame);
      }
    }
  }

  async #add(configs: ReadonlyMap<string, BmpExportConfig>): Promise<void> {
    for (const [key, config] of configs) {
      if (this.#targets.has(key)) continue;
      const target = await this.#start(config);
      this.#targets = new Map([...this.#targets, [key, target]]);
    }
  }

  async #start(config: BmpExportConfig): Promise<ExportTarget> {
    const { clock, log } = this.#options;
    try {
      const target = new ExportTarget({
        config,
        clock,
        log,
        state: (of) => this.#state(of),
        sessions: (of) => this.sessions.filter((session) => of.selects(session)),
      });
      await target.start();
      return target;
    } catch (err) {
      const { address, port }: Endpoint = config;
      throw new ListenError({ address, port }, err as NodeJS.ErrnoException);
    }
  }

  /** Initiation, the Peer Ups, then the tables as they stand. */
  #state(target: ExportTarget): Iterator<Uint8Array> {
    const { sysName = hostname(), sysDescr = `Peerline ${this.#options.version}` } = target.config;
    const sessions = this.sessions.filter((session) => target.selects(session));
    return (function* () {
      yield initiationFrame({ sysName, sysDescr });
      for (const { up } of sessions) yield up;
      for (const session of sessions) {
        for (const view of target.config.views) if (!session.over) yield* session.table(view);
      }
    })();
  }
}
