import { readFileSync } from 'node:fs';
import type { Attributes } from '../../src/bgp/attributes/index.ts';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { IPV4_UNICAST } from '../../src/bgp/family.ts';
import { encodeUpdates } from '../../src/bgp/update.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { parsePrefix } from '../../src/wire/prefix.ts';
import { type EventLine, LiveDaemon } from './live-daemon.ts';
import { RawPeer } from './raw-peer.ts';
import { type CaseResult, failed, judged } from './result.ts';

const AT_ONCE = 8;
const WAIT_MS = 5000;

/** What the file wants of one message. */
interface BadMessage {
  readonly id: string;
  readonly cat: string;
  readonly hex: string;
  /** The verdicts that are right: `reset 3/1`, `withdraw`, `discard`, `accept`, several with `or`. */
  readonly expect: string;
}

/** The route that the peer holds before the bad message, and the one that tells that the session lives on. */
const HELD = '203.0.113.0/24';
const AFTER = '198.51.100.0/24';

/** Each malformed message, sent over TCP to a daemon in the state that it needs. */
export async function runMalformedMessages(options: {
  /** The suite's name in the table. */
  readonly suite: string;
  readonly file: string;
  readonly command: string;
  readonly folder: string;
}): Promise<CaseResult[]> {
  const all = readFileSync(options.file, 'utf8').split('\n');
  const cases = all
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as BadMessage)
    .filter(({ cat }) => cat !== 'bmp');
  const addresses = cases.map((_, i) => `127.77.0.${i + 1}`);
  const daemon = await LiveDaemon.start({ ...options, peers: addresses });
  const results: CaseResult[] = [];
  try {
    for (let from = 0; from < cases.length; from += AT_ONCE) {
      const batch = cases.slice(from, from + AT_ONCE);
      results.push(
        ...(await Promise.all(
          batch.map((one, i) => play(options.suite, one, { address: addresses[from + i] ?? '', daemon })),
        )),
      );
      if (!daemon.alive) break;
    }
  } finally {
    await daemon.stop();
  }
  const lost = cases
    .slice(results.length)
    .map(({ id }) => failed(options.suite, id, `the daemon died: ${daemon.log}`));
  return [...results, ...lost];
}

async function play(
  suite: string,
  one: BadMessage,
  { address, daemon }: Omit<Stage, 'peer'>,
): Promise<CaseResult> {
  const peer = await RawPeer.connect(address, daemon.port);
  try {
    const got =
      one.cat === 'open' ? await playOpen(one, peer) : await playUpdate(one, { address, peer, daemon });
    const ok = daemon.alive && isWanted(one, got);
    const problem = ok
      ? undefined
      : `wants ${one.expect}, got ${got}${daemon.alive ? '' : ' and the daemon died'}`;
    return judged(suite, one.id, problem);
  } finally {
    peer.end();
  }
}

/** An OPEN is accepted by a KEEPALIVE. */
async function playOpen({ hex }: BadMessage, peer: RawPeer): Promise<string> {
  peer.send(octetsOf(hex));
  await peer.eventually(
    (it) => it.notification !== undefined || it.closed || it.count('keepalive') > 0,
    WAIT_MS,
  );
  if (peer.notification !== undefined) return `reset ${peer.notification}`;
  return peer.count('keepalive') > 0 ? 'accept' : 'no answer';
}

interface Stage {
  readonly address: string;
  readonly peer: RawPeer;
  readonly daemon: LiveDaemon;
}

async function playUpdate({ hex }: BadMessage, { address, peer, daemon }: Stage): Promise<string> {
  if (!(await peer.establish(WAIT_MS))) return 'no session';
  peer.send(goodUpdate(HELD));
  if ((await daemon.eventually(address, (lines) => updates(lines).length > 0, WAIT_MS)) === undefined) {
    return 'no event of the good UPDATE';
  }
  peer.send(octetsOf(hex));
  peer.send(goodUpdate(AFTER));
  const told = (lines: readonly EventLine[]) => updates(lines).some((one) => names(one.announce, AFTER));
  const lines = await daemon.eventually(address, (all) => peer.closed || told(all), WAIT_MS);
  if (peer.notification !== undefined) return `reset ${peer.notification}`;
  if (lines === undefined || !told(lines)) return peer.closed ? 'closed' : 'no event after it';
  return verdictOf(updates(lines).slice(1, -1));
}

/** The events between the good UPDATEs. */
function verdictOf(between: ReturnType<typeof updates>): string {
  if (between.some(({ withdraw }) => names(withdraw, HELD))) return 'withdraw';
  const announced = between.find(({ announce }) => names(announce, HELD));
  if (announced === undefined) return 'ignored';
  const { 'as-path': _path, origin, error: _error, ...more } = announced.attribute ?? {};
  const shown = Object.entries(more).map(([name, value]) => `${name} ${JSON.stringify(value)}`.slice(0, 60));
  if (shown.length === 0) return `accept, origin ${String(origin)}`;
  return `accept, origin ${String(origin)}, ${shown.join(', ')}`;
}

function updates(lines: readonly EventLine[]) {
  return lines.flatMap(({ neighbor }) => neighbor.message?.update ?? []);
}

function names(routes: Readonly<Record<string, unknown>> | undefined, prefix: string): boolean {
  return JSON.stringify(routes ?? {}).includes(`"${prefix}"`);
}

/** The alternatives of `expect`, each as what a verdict has to match. */
const VERDICTS: readonly { readonly when: RegExp; readonly matches: RegExp }[] = [
  { when: /withdraw/, matches: /^withdraw$/ },
  { when: /discard|ignored silently/, matches: /^accept, origin igp$/ },
  { when: /^accept|or accept|else accept|(capability|tuple) ignored|^ignored$/, matches: /^accept/ },
  { when: /AFI off/, matches: /^ignored$/ },
  { when: /ignored or reset/, matches: /^(ignored|reset|accept)/ },
];

function isWanted({ id, expect }: BadMessage, got: string): boolean {
  if (id === 'dup-origin') return got === 'accept, origin igp';
  if (id === 'dup-unknown') return got.startsWith('accept') && !got.includes('02');
  const codes = [...expect.matchAll(/(\d+)\/(\d+|x)/g)].map(([, code, subcode]) => ({ code, subcode }));
  const reset = codes.some(({ code, subcode }) =>
    subcode === 'x' ? got.startsWith(`reset ${code}/`) : got === `reset ${code}/${subcode}`,
  );
  return reset || VERDICTS.some(({ when, matches }) => when.test(expect) && matches.test(got));
}

function octetsOf(hex: string): Uint8Array {
  return fromHex(hex) ?? new Uint8Array(0);
}

function goodUpdate(prefix: string): Uint8Array {
  const attributes: Attributes = { origin: 'igp', asPath: [{ type: 'sequence', asns: [65001] }] };
  const nextHop = { address: Uint8Array.of(192, 0, 2, 1) };
  const nlri = [{ family: IPV4_UNICAST, value: parsePrefix(prefix) }];
  const announced = { family: IPV4_UNICAST, nextHop, nlri };
  const [octets = new Uint8Array(0)] = encodeUpdates({ attributes, announced }, DEFAULT_CONTEXT);
  return octets;
}
