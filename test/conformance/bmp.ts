import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { AsPathSegment } from '../../src/bgp/attributes/as-path.ts';
import {
  type FamilyId,
  IPV4_MULTICAST,
  IPV4_UNICAST,
  IPV6_MULTICAST,
  IPV6_UNICAST,
} from '../../src/bgp/family.ts';
import type { Nlri } from '../../src/bgp/nlri/index.ts';
import { BmpError } from '../../src/bmp/errors.ts';
import { BMP_FRAMING } from '../../src/bmp/header.ts';
import { decodeBmp, encodeBmp } from '../../src/bmp/index.ts';
import { BmpRouter } from '../../src/bmp/router.ts';
import type { Event } from '../../src/events/event.ts';
import { Framer } from '../../src/wire/framer.ts';
import { formatPrefix, type Prefix } from '../../src/wire/prefix.ts';
import { compareNetgauze, netgauzeReading } from './netgauze.ts';
import { type CaseResult, failed, judged } from './result.ts';

interface OracleMessage {
  readonly type: string;
  readonly announce?: Readonly<Record<string, readonly (string | { p?: string; pid?: number })[]>>;
  readonly withdraw?: OracleMessage['announce'];
  readonly as_path?: readonly (readonly [number, readonly number[]])[];
}

interface OracleLine {
  readonly off: number;
  readonly version?: number;
  readonly type: string | number;
  readonly bgp?: readonly OracleMessage[];
}

const FAMILIES: ReadonlyMap<string, FamilyId> = new Map([
  ['ipv4-unicast', IPV4_UNICAST],
  ['ipv6-unicast', IPV6_UNICAST],
  ['ipv4-multicast', IPV4_MULTICAST],
  ['ipv6-multicast', IPV6_MULTICAST],
]);

const SEGMENTS = ['', 'set', 'sequence', 'confed-sequence', 'confed-set'];

const SUITE = 'bmp';

/**
 * Every `bmp/*.bmp` stream of a folder against `oracle/bmp/*.jsonl.gz`: each message one case. Prefixes with
 * path identifiers and the AS path of Route Monitoring must be equal; any other message must read without
 * an error and encode back to the same octets. Version 4, which tshark cannot read, is compared with NetGauze.
 */
export function runBmp(folder: string): CaseResult[] {
  return readdirSync(join(folder, 'bmp'))
    .filter((name) => name.endsWith('.bmp'))
    .flatMap((file) => runFile(folder, file));
}

function runFile(folder: string, file: string): CaseResult[] {
  const oracle = oracleOf(folder, file);
  const name = ({ off }: OracleLine) => `${file}@${off}`;
  const second = oracle.some((line) => line.version !== 3) ? netgauzeReading(folder, file) : undefined;
  const found = new Map<number, string>();
  for (const one of runStream(readFileSync(join(folder, 'bmp', file)), oracle, second)) {
    found.set(one.offset, one.problem);
  }
  const known = new Set(oracle.map(({ off }) => off));
  const strangers = [...found].filter(([offset]) => !known.has(offset));
  return [
    ...oracle.map((line) => judged(SUITE, name(line), found.get(line.off))),
    ...strangers.map(([offset, problem]) => failed(SUITE, `${file}@${offset}`, problem)),
  ];
}

function oracleOf(folder: string, file: string): OracleLine[] {
  const text = gunzipSync(readFileSync(join(folder, 'oracle/bmp', `${file}.jsonl.gz`))).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as OracleLine);
}

interface Problem {
  readonly offset: number;
  readonly problem: string;
}

function* runStream(
  octets: Uint8Array,
  oracle: readonly OracleLine[],
  second: ReturnType<typeof netgauzeReading>,
): Generator<Problem> {
  let count = 0;
  const byOffset = new Map(oracle.map((line) => [line.off, line]));
  let events: Event[] = [];
  const router = new BmpRouter({ router: '192.0.2.1:1', now: () => 0, emit: (event) => events.push(event) });
  for (const frame of new Framer(BMP_FRAMING).push(octets)) {
    const offset = router.counters.octets;
    events = [];
    router.receive(frame);
    const line = byOffset.get(offset);
    const other = second?.[count];
    const problem =
      line === undefined
        ? 'not in the oracle'
        : (compare(events, line) ??
          encodesBack(frame) ??
          (other && compareNetgauze(decodeBmp(frame), events, other)));
    count++;
    if (problem !== undefined) yield { offset, problem };
  }
}

function encodesBack(frame: Uint8Array): string | undefined {
  try {
    return Buffer.compare(encodeBmp(decodeBmp(frame)), frame) === 0
      ? undefined
      : 'encodes back to other octets';
  } catch (err) {
    if (!(err instanceof BmpError)) throw err;
    return err.message;
  }
}

function compare(events: readonly Event[], line: OracleLine): string | undefined {
  for (const event of events) {
    if (event.type !== 'bmp' || event.message !== 'error') continue;
    // the first message of a type that has no name is told as such
    if (event.reason !== `message of unknown type ${line.type}`) return event.reason;
  }
  const wanted = line.bgp?.[0];
  if (line.type !== 'RouteMonitoring' || wanted === undefined) return undefined;
  const event = events.find((one) => one.type === 'update');
  if (event?.type !== 'update') return 'no update event';
  const { announced, withdrawn, attributes, malformed } = event.update;
  if (malformed.length > 0) {
    return different(
      malformed.map((one) => one.message).join('; '),
      routes([...announced, ...withdrawn]),
      [...wantedRoutes(wanted.announce), ...wantedRoutes(wanted.withdraw)].sort(),
    );
  }
  return (
    different('announced', routes(announced), wantedRoutes(wanted.announce)) ??
    different('withdrawn', routes(withdrawn), wantedRoutes(wanted.withdraw)) ??
    (wanted.as_path === undefined
      ? undefined
      : different('AS path', asPath(attributes.asPath ?? []), wanted.as_path.map(segment)))
  );
}

function asPath(path: readonly AsPathSegment[]): string[] {
  return path.map(({ type, asns }) => `${type} ${asns.join(' ')}`);
}

function segment([type, asns]: readonly [number, readonly number[]]): string {
  return `${SEGMENTS[type]} ${asns.join(' ')}`;
}

function different(what: string, found: readonly string[], wanted: readonly string[]): string | undefined {
  if (found.join(', ') === wanted.join(', ')) return undefined;
  return `${what}: found [${found.join(', ')}], the oracle has [${wanted.join(', ')}]`;
}

function routes(groups: readonly { family: FamilyId; nlri: readonly Nlri[] }[]): string[] {
  const known = new Set(FAMILIES.values());
  return groups
    .filter(({ family }) => known.has(family))
    .flatMap(({ nlri }) => nlri.map((one) => routeText(formatPrefix(one.value as Prefix), one.pathId)))
    .sort();
}

function wantedRoutes(groups: OracleMessage['announce']): string[] {
  return Object.entries(groups ?? {})
    .filter(([family]) => FAMILIES.has(family))
    .flatMap(([, list]) =>
      list.map((one) => (typeof one === 'string' ? one : routeText(one.p ?? '', one.pid))),
    )
    .sort();
}

function routeText(prefix: string, pathId: number | undefined): string {
  return pathId === undefined ? prefix : `${prefix} path ${pathId}`;
}
