import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { CodecContext } from '../../src/bgp/context.ts';
import { NotificationError } from '../../src/bgp/errors.ts';
import { BgpFraming } from '../../src/bgp/header.ts';
import { decodeMessage } from '../../src/bgp/message.ts';
import { Framer } from '../../src/wire/framer.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { compareUpdate, contextOf, type OracleMessage, withGuesses } from './oracle.ts';
import { type CaseResult, failed, judged } from './result.ts';

const SUITE = 'bgp';
const ANY_LENGTH = 65535;

/** Messages recorded from real speakers, against what tshark reads in them: each message is one case. */
export function runBgp(folder: string): CaseResult[] {
  const contexts = manifest(folder);
  const streams = names(folder, 'bgp', '.bgp').flatMap((file) => {
    const octets = readFileSync(join(folder, file));
    const oracle = jsonLines(gunzipSync(readFileSync(join(folder, 'oracle', `${file}.jsonl.gz`))));
    return runStream(file, octets, oracle, contextOf(contexts.get(file) ?? ''));
  });
  const single = new Map(
    jsonLines(readFileSync(join(folder, 'oracle/hex.jsonl'))).map((one) => [one.file, one]),
  );
  const messages = names(folder, 'hex', '.txt').flatMap((file) => runHex(folder, file, single.get(file)));
  return [...streams, ...messages];
}

function names(folder: string, under: string, ending: string): string[] {
  return readdirSync(join(folder, under))
    .filter((name) => name.endsWith(ending))
    .map((name) => `${under}/${name}`);
}

function manifest(folder: string): Map<string, string> {
  const lines = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8').split('\n');
  return new Map(lines.map((line) => line.split('\t')).map((cells) => [cells[0] ?? '', cells[8] ?? '']));
}

function jsonLines(content: Uint8Array): OracleMessage[] {
  const lines = Buffer.from(content).toString('utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as OracleMessage);
}

function runStream(
  file: string,
  octets: Uint8Array,
  oracle: readonly OracleMessage[],
  context: CodecContext,
): CaseResult[] {
  const results: CaseResult[] = [];
  const framer = new Framer(new BgpFraming({ maxLength: ANY_LENGTH }));
  let at = 0;
  try {
    for (const message of framer.push(octets)) {
      const wanted = oracle[results.length];
      const name = `${file}@${at}`;
      const problem =
        wanted?.off === at ? compare(message, wanted, context) : `the oracle has a message at ${wanted?.off}`;
      results.push(judged(SUITE, name, problem));
      at += message.length;
    }
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    results.push(failed(SUITE, `${file}@${at}`, err.message));
  }
  if (results.length !== oracle.length) {
    results.push(failed(SUITE, file, `${results.length} messages, the oracle has ${oracle.length}`));
  }
  return results;
}

/** Where tshark is content and the RFC is not: the reaction that is right. */
const EXCEPTIONS: ReadonlyMap<string, RegExp> = new Map([
  ['hex/tcpdump-bgp-addpath-update-ipv4-unicast-27c505.txt', /mp-reach-nlri: there twice.* \(3\/1\)/],
  // RFC 4364: 32 bits leave no room for the RD before the prefix; tshark calls this length invalid too
  ['hex/bgpcep-announce_l3vpn_mcast-update-vpnv4-multicast-4b0911.txt', /no room for an RD/],
]);

/** BMP messages among them belong to the suite of BMP. */
function runHex(folder: string, file: string, wanted: OracleMessage | undefined): CaseResult[] {
  const [head = '', hex = ''] = readFileSync(join(folder, file), 'utf8').split('\n');
  const context = / (asn4=\S+)/.exec(head)?.[1] ?? '';
  if (!head.includes('kind=bgp-message')) return [];
  const octets = fromHex(hex.trim());
  if (octets === undefined || wanted === undefined)
    return [failed(SUITE, file, 'no hex digits or no oracle')];
  const guessed = withGuesses(contextOf(context), wanted);
  const problem = compare(octets, wanted, guessed);
  // nothing tells how wide the AS numbers are
  const narrow = problem !== undefined && /asn4=(any|unknown)/.test(context);
  const right = narrow ? compare(octets, wanted, { ...guessed, asn4: false }) : problem;
  return [judged(SUITE, file, EXCEPTIONS.get(file)?.test(right ?? '') ? undefined : right)];
}

const TYPES: Readonly<Record<string, string>> = {
  OPEN: 'open',
  UPDATE: 'update',
  NOTIFICATION: 'notification',
  KEEPALIVE: 'keepalive',
  'ROUTE-REFRESH': 'route-refresh',
};

function compare(octets: Uint8Array, wanted: OracleMessage, context: CodecContext): string | undefined {
  try {
    const message = decodeMessage(octets, context);
    if (message.type !== TYPES[wanted.type]) return `found ${message.type}, the oracle has ${wanted.type}`;
    return message.type === 'update' ? compareUpdate(message.update, wanted) : undefined;
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    return `${err.message} (${err.code}/${err.subcode})`;
  }
}
