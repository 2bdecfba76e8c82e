import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { bgpdumpLines } from '../../src/mrt/bgpdump.ts';
import { MrtError } from '../../src/mrt/errors.ts';
import { MrtFile } from '../../src/mrt/file.ts';
import { type CaseResult, judged } from './result.ts';

const SUITE = 'mrt';

type Line = Readonly<Record<string, unknown>>;

/** MRT files of collectors, against what bgpdump reads in them: each file is one case. */
export function runMrt(folder: string): CaseResult[] {
  return readdirSync(join(folder, 'mrt'))
    .filter((name) => name.endsWith('.mrt'))
    .map((name) => {
      const oracle = gunzipSync(readFileSync(join(folder, 'oracle/mrt', `${name}.jsonl.gz`))).toString(
        'utf8',
      );
      const wanted = oracle.split('\n').filter((line) => line !== '');
      return judged(SUITE, `mrt/${name}`, compare(linesOf(readFileSync(join(folder, 'mrt', name))), wanted));
    });
}

function linesOf(octets: Uint8Array): string[] {
  const file = new MrtFile({ skipped: () => {} });
  const lines: string[] = [];
  for (const record of file.push(octets)) {
    try {
      lines.push(bgpdumpLines(record, { times: 'dump' }));
    } catch (err) {
      if (!(err instanceof MrtError)) throw err;
    }
  }
  return lines
    .join('')
    .split('\n')
    .filter((line) => line !== '');
}

function compare(lines: readonly string[], wanted: readonly string[]): string | undefined {
  // bgpdump has no line for BGP4MP_ENTRY, and says so
  const ours = wanted.length === 0 ? lines.filter((line) => !line.includes('|B|')) : lines;
  for (const [i, want] of wanted.entries()) {
    const line = ours[i];
    if (line === undefined) return `line ${i + 1} is missing: ${want}`;
    if (!isDeepStrictEqual(objectOf(line), JSON.parse(want))) return `line ${i + 1}: ${line}, wanted ${want}`;
  }
  return ours.length === wanted.length ? undefined : `${ours.length} lines, wanted ${wanted.length}`;
}

/** A line by the places of its fields, as the oracle was made: empty ones and zeros left out. */
function objectOf(line: string): Line {
  const [rec, time = '', kind, peer, peerAs, prefix, ...rest] = line.split('|');
  const start = {
    rec,
    time: /^\d+$/.test(time) ? Number(time) : time,
    kind,
    peer,
    ...given('peer_as', peerAs),
  };
  if (kind === 'STATE') return { ...start, old: Number(prefix), new: Number(rest[0]) };
  if (kind === 'W') return { ...start, prefix };
  const [path, origin, nextHop, preference, med, communities, atomic, aggregator, ...extra] = rest;
  return {
    ...start,
    prefix,
    ...text('as_path', path),
    ...text('origin', origin),
    ...text('next_hop', nextHop),
    ...given('local_pref', preference),
    ...given('med', med),
    ...(communities ? { communities: communities.split(' ') } : {}),
    ...(atomic === 'AG' ? { atomic: true } : {}),
    ...text('aggregator', aggregator),
    ...(extra.some((field) => field !== '') ? { extra } : {}),
  };
}

function text(name: string, value: string | undefined): Line {
  return value ? { [name]: value } : {};
}

function given(name: string, value: string | undefined): Line {
  if (value === undefined || value === '' || value === '0') return {};
  return { [name]: /^\d+$/.test(value) ? Number(value) : value };
}
