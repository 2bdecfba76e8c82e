import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Clock } from '../session/clock.ts';

const INTERVAL_MS = 5_000;
/** How often at most the same is said. */
const AGAIN_MS = 60_000;

/** What the kernel counts when it drops a segment without a word to us, and what it probably means. */
const CAUSES = {
  md5: {
    counters: ['TCPMD5NotFound', 'TCPMD5Unexpected', 'TCPMD5Failure'],
    text: 'segments dropped for their TCP MD5 signature: probably the passwords differ, or one side has none',
  },
  minimumTtl: {
    counters: ['TCPMinTTLDrop'],
    text: 'segments dropped for their TTL: probably the peer sends a lower one than incoming-ttl asks for',
  },
} as const;

type Cause = keyof typeof CAUSES;
const CAUSE_WORDS = Object.keys(CAUSES) as Cause[];

export interface DroppedSegmentsOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** The addresses of peers that are protected so and not up. */
  waiting(cause: Cause): readonly string[];
  /** The text of /proc/net/netstat. */
  readonly read?: () => string;
}

/**
 * Says why connections time out: segments that the system drops for their MD5 signature or TTL never reach us,
 * and the peer hears nothing. The counters are the system's, so other programs' drops count too.
 */
export class DroppedSegments {
  readonly #options: DroppedSegmentsOptions;
  #cancel: (() => void) | undefined;
  #before: ReadonlyMap<string, number> = new Map();
  readonly #toldAtMs = new Map<Cause, number>();

  constructor(options: DroppedSegmentsOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#cancel !== undefined) return;
    this.#before = this.#counters();
    this.#arm();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #arm(): void {
    this.#cancel = this.#options.clock.after(INTERVAL_MS, () => {
      this.#arm();
      this.#look();
    });
  }

  #look(): void {
    const now = this.#counters();
    for (const cause of CAUSE_WORDS) {
      const grown = CAUSES[cause].counters.flatMap((name) => {
        const more = (now.get(name) ?? 0) - (this.#before.get(name) ?? 0);
        return more > 0 ? [[name, more] as const] : [];
      });
      const peers = grown.length === 0 ? [] : this.#options.waiting(cause);
      if (peers.length > 0) this.#tell(cause, { peers, ...Object.fromEntries(grown) });
    }
    this.#before = now;
  }

  #tell(cause: Cause, fields: object): void {
    const now = this.#options.clock.now();
    if (now - (this.#toldAtMs.get(cause) ?? Number.NEGATIVE_INFINITY) < AGAIN_MS) return;
    this.#toldAtMs.set(cause, now);
    this.#options.log.warn(fields, CAUSES[cause].text);
  }

  #counters(): ReadonlyMap<string, number> {
    return parseNetstat((this.#options.read ?? readNetstat)());
  }
}

/** The `TcpExt` rows: names in one, numbers in the next. */
export function parseNetstat(text: string): ReadonlyMap<string, number> {
  const [names = [], values = []] = text
    .split('\n')
    .filter((line) => line.startsWith('TcpExt:'))
    .map((line) => line.split(' ').slice(1));
  return new Map(names.map((name, i) => [name, Number(values[i] ?? 0)]));
}

/** Empty where the system has no such file. */
function readNetstat(): string {
  try {
    return readFileSync('/proc/net/netstat', 'utf8');
  } catch {
    return '';
  }
}
