import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { nlriToJson } from '../../src/bgp/nlri/index.ts';
import type { BmpMessage } from '../../src/bmp/messages.ts';
import type { Event } from '../../src/events/event.ts';
import { formatAddress } from '../../src/wire/address.ts';
import { segmentText } from './oracle.ts';

type Json = { readonly [key: string]: unknown };

/** What NetGauze read of the same bytes, in the order of the messages: the only reading of BMP version 4 there is. */
export function netgauzeReading(folder: string, file: string): Json[] | undefined {
  const manifest = readFileSync(join(folder, 'MANIFEST.tsv'), 'utf8').split('\n');
  const row = manifest.find((line) => line.startsWith(`bmp/${file}\t`));
  const capture = /[^\t:]+\.pcap(?:ng)?/.exec(row ?? '')?.[0];
  if (capture === undefined) return undefined;
  const stem = basename(capture).replace(/\.pcap(?:ng)?$/, '');
  const path = join(folder, 'oracle/second', `netgauze-${stem}-bmp.json.gz`);
  if (!existsSync(path)) return undefined;
  return gunzipSync(readFileSync(path))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}

/** What differs between a message with its events and NetGauze's reading of it. */
export function compareNetgauze(
  message: BmpMessage,
  events: readonly Event[],
  line: Json,
): string | undefined {
  const body = (line.V4 ?? line.V3) as Json | undefined;
  const up = body?.PeerUpNotification as Json | undefined;
  if (up !== undefined) return comparePeerUp(message, up);
  const routes = body?.RouteMonitoring as Json | undefined;
  return routes === undefined ? undefined : compareRoutes(message, events, routes);
}

function comparePeerUp(message: BmpMessage, wanted: Json): string | undefined {
  if (message.type !== 'peer-up') return `found ${message.type}, not peer-up`;
  const names = message.up.tlvs.map(({ word, text }) => `${word} ${text}`);
  return (
    compareHeader(message.peer, wanted.peer_header as Json) ??
    different(
      'ports',
      `${message.up.localPort} ${message.up.remotePort}`,
      `${wanted.local_port ?? 0} ${wanted.remote_port ?? 0}`,
    ) ??
    different('names', names.join(), namesOf(wanted.information as Json[]).join())
  );
}

function compareHeader(
  peer: Extract<BmpMessage, { peer: unknown }>['peer'],
  wanted: Json,
): string | undefined {
  const address = wanted.address === null ? '0.0.0.0' : String(wanted.address);
  return different('peer', `${formatAddress(peer.address)} ${peer.as}`, `${address} ${wanted.peer_as}`);
}

function namesOf(information: readonly Json[]): string[] {
  return information.flatMap((one) =>
    one.VrfTableName === undefined ? [] : [`table-name ${one.VrfTableName}`],
  );
}

function compareRoutes(message: BmpMessage, events: readonly Event[], wanted: Json): string | undefined {
  const event = events.find(({ type }) => type === 'update');
  if (message.type !== 'route-monitoring' || event?.type !== 'update') return 'no update event';
  const { announced, withdrawn, attributes } = event.update;
  const update = find(wanted.update_pdu, 'Update') as Json;
  const path = find(update, 'As4PathSegments') as
    | { segment_type: string; as_numbers: number[] }[]
    | undefined;
  const asPath = path?.map(({ segment_type: type, as_numbers: asns }) => `${kebab(type)} ${asns.join(' ')}`);
  const told = (event.bmp?.tlvs ?? []).map(({ word, text }) =>
    text === undefined ? word : `${word} ${text}`,
  );
  return (
    compareHeader(message.peer, wanted.peer_header as Json) ??
    different('announced', routesOf(announced), wantedRoutes([update.nlri, ...all(update, 'MpReach')])) ??
    different(
      'withdrawn',
      routesOf(withdrawn),
      wantedRoutes([update.withdrawn_routes, ...all(update, 'MpUnreach')]),
    ) ??
    (asPath &&
      different('AS path', attributes.asPath?.map(segmentText).join(), asPath.join().replace(/^as-/, ''))) ??
    different('TLVs', told.join(), (wanted.tlvs as Json[]).map(tlvText).join())
  );
}

function routesOf(groups: readonly { nlri: readonly Parameters<typeof nlriToJson>[0][] }[]): string {
  const each = groups.flatMap(({ nlri }) =>
    nlri.map((one) => `${nlriToJson(one, 5).nlri} ${one.pathId ?? '-'}`),
  );
  return each.sort().join();
}

function wantedRoutes(fields: readonly unknown[]): string {
  return fields
    .flatMap(elements)
    .map((one) => `${prefixIn(one)} ${(one as Json).path_id ?? '-'}`)
    .sort()
    .join();
}

/** The routes of a field: a list, or an object of a family with a list somewhere in it. */
function elements(field: unknown): unknown[] {
  if (Array.isArray(field)) return field;
  return field === undefined ? [] : ((find(field, 'nlri') as unknown[] | undefined) ?? []);
}

function prefixIn(value: unknown): string | undefined {
  if (typeof value === 'string') return /^[0-9a-f.:]+\/\d+$/.test(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const member of Object.values(value)) {
    const found = prefixIn(member);
    if (found !== undefined) return found;
  }
  return undefined;
}

function tlvText(tlv: Json): string {
  const [[name, value] = []] = Object.entries(tlv.value as Json);
  switch (name) {
    case 'VrfTableName':
      return `table-name ${value}`;
    case 'StatelessParsing':
      return 'stateless-parsing';
    case 'GroupTlv':
    case 'Group':
      return 'group';
    case 'PathMarking':
    case 'PathStatus':
      return 'path-status';
  }
  return String(name);
}

function kebab(text: string): string {
  return text
    .replace(/(?<=[a-z])[A-Z]/g, '-$&')
    .toLowerCase()
    .replace(/^as-/, '');
}

function all(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => (name === key ? [member] : all(member, key)));
}

function find(value: unknown, key: string): unknown {
  return all(value, key)[0];
}

function different(what: string, found: string | undefined, wanted: string): string | undefined {
  return found === wanted ? undefined : `${what}: found [${found}], NetGauze has [${wanted}]`;
}
