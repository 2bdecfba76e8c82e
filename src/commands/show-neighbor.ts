import { familyText } from '../bgp/family.ts';
import type { ApiVersion, JsonObject } from '../bgp/json.ts';
import type { NeighborForm } from './command.ts';
import {
  type Agreed,
  addPathText,
  durationText,
  type FamilyStatus,
  isEstablished,
  MESSAGE_WORDS,
  type MessageCounts,
  type NeighborStatus,
  totalOf,
} from './neighbor-status.ts';
import { spacedJson } from './spaced-json.ts';

/** The lines of `show neighbor`, in the form asked for; without one a hint which there are. */
export function neighborLines(
  form: NeighborForm | undefined,
  neighbors: readonly NeighborStatus[],
  version: ApiVersion,
): string[] {
  if (version === 6 && form !== 'list') {
    return [spacedJson(neighbors.map((neighbor) => neighborJson(neighbor, version)))];
  }
  switch (form) {
    case undefined:
      return HINT;
    case 'summary':
      return [SUMMARY_HEADER, ...summarized(neighbors, version).map(summaryLine)];
    case 'extensive':
      return neighbors.flatMap((neighbor) => extensiveLines(neighbor, version));
    case 'configuration':
      return neighbors.flatMap(({ configuration }) => configuration());
    case 'json':
      return [spacedJson(neighbors.map((neighbor) => neighborJson(neighbor, version)))];
    case 'list':
      return [spacedJson(neighbors.map(listJson))];
  }
}

const HINT = [
  'please specify summary, extensive or configuration',
  'you can filter by peer ip address adding it after the word neighbor',
];

/** ExaBGP 4 leaves out who has no session. */
function summarized(neighbors: readonly NeighborStatus[], version: ApiVersion): readonly NeighborStatus[] {
  return version === 4 ? neighbors.filter(isEstablished) : neighbors;
}

const SUMMARY_HEADER = 'Peer            AS        up/down state       |     #sent     #recvd';

function summaryLine(status: NeighborStatus): string {
  return [
    status.peerAddress.padEnd(15),
    ' ',
    String(status.peerAs ?? 'auto').padEnd(7),
    (isEstablished(status) ? durationText(status.seconds) : 'down').padStart(10),
    ' ',
    status.state.padEnd(12),
    String(status.sent.update).padStart(11),
    String(status.received.update).padStart(11),
  ].join('');
}

/** A label, then columns of 15, right-aligned. A heading ends with its last column. */
function row(label: string, ...columns: readonly string[]): string {
  const [local = '', remote = '', third = ''] = columns;
  return `   ${label.padEnd(20)} ${local.padStart(15)} ${remote.padStart(15)} ${third.padStart(15)}`;
}

function heading(label: string, ...columns: readonly string[]): string {
  return `  ${row(label, ...columns)
    .slice(3)
    .replace(/^(.{20})/, '$1 ')}`.trimEnd();
}

function enabled(value: boolean | undefined): string {
  if (value === undefined) return 'n/a';
  return value ? 'enabled' : 'disabled';
}

/** QUIRK: of these ExaBGP says `disabled` before there is an OPEN of the peer's. */
function unasked(capability: string): false | undefined {
  return ['multi-session', 'operational'].includes(capability) ? false : undefined;
}

/** ExaBGP 4 says no directions. */
function addPathColumn({ addPath }: FamilyStatus, version: ApiVersion): string {
  return version === 4 ? enabled(addPath.send || addPath.receive) : addPathText(addPath);
}

function extensiveLines(status: NeighborStatus, version: ApiVersion): string[] {
  const counts = (word: keyof MessageCounts) =>
    row(` ${word}:`.slice(1), String(status.sent[word]), String(status.received[word]));
  return [
    `Neighbor ${status.peerAddress}`,
    '',
    heading('Session', 'Local'),
    row('local', status.localAddress ?? 'auto'),
    row('state', status.state.toUpperCase()),
    row(isEstablished(status) ? 'up for' : 'down for', durationText(status.seconds)),
    '',
    heading('Setup', 'Local', 'Remote'),
    row('AS', String(status.localAs ?? 'auto'), String(status.peerAs ?? 'auto')),
    row('ID', status.localId, status.peerId ?? 'unknown'),
    row('hold-time', String(status.localHoldTimeSeconds), String(status.peerHoldTimeSeconds ?? 'n/a')),
    '',
    heading('Capability', 'Local', 'Remote'),
    ...status.capabilities.map(({ name, local, peer }) =>
      row(`${name}:`, enabled(local), enabled(peer ?? unasked(name))),
    ),
    '',
    heading('Families', 'Local', 'Remote', 'Add-Path'),
    ...status.families.map((each) =>
      row(
        `${familyText(each.family)}:`,
        enabled(each.local),
        enabled(each.peer),
        addPathColumn(each, version),
      ),
    ),
    '',
    ...limitLines(status),
    heading('Message Statistic', 'Sent', 'Received'),
    ...MESSAGE_WORDS.map(counts),
    row('total:', String(totalOf(status.sent)), String(totalOf(status.received))),
    '',
  ];
}

/** Not of ExaBGP: only for peers that announce how many paths they take. */
function limitLines({ families }: NeighborStatus): string[] {
  const limited = families.flatMap(({ family, pathsLimit }) =>
    pathsLimit === undefined
      ? []
      : [row(`${familyText(family)}:`, String(pathsLimit.limit), String(pathsLimit.heldBack))],
  );
  return limited.length === 0 ? [] : [heading('Paths Limit', 'Limit', 'Held Back'), ...limited, ''];
}

function limitsJson({ families }: NeighborStatus): JsonObject {
  const limited = families.flatMap(({ family, pathsLimit }): [string, JsonObject][] =>
    pathsLimit === undefined
      ? []
      : [[familyText(family), { limit: pathsLimit.limit, 'held-back': pathsLimit.heldBack }]],
  );
  return limited.length === 0 ? {} : { 'paths-limit': Object.fromEntries(limited) };
}

function listJson(status: NeighborStatus): JsonObject {
  return {
    'peer-address': status.peerAddress,
    'peer-as': status.peerAs ?? null,
    state: status.state.toUpperCase(),
  };
}

function countsJson(counts: MessageCounts): JsonObject {
  return { ...Object.fromEntries(MESSAGE_WORDS.map((word) => [word, counts[word]])), total: totalOf(counts) };
}

/**
 * Who of the two announces what; before its OPEN the peer announces nothing. QUIRK: version 6 has 1 and 0 in
 * place of true and false, but for our own families.
 */
function sideJson(status: NeighborStatus, side: keyof Agreed, version: ApiVersion): JsonObject {
  const local = side === 'local';
  const flag = (value: boolean | undefined) => (version === 6 ? Number(value === true) : value === true);
  const { capabilities, families } = status;
  return {
    capabilities: Object.fromEntries(capabilities.map((each) => [each.name, flag(each[side])])),
    families: Object.fromEntries(
      families.map((each) => [familyText(each.family), local ? each.local : flag(each.peer)]),
    ),
    'add-path': Object.fromEntries(
      families.map(({ family, addPath }) => [familyText(family), flag(addPath.send || addPath.receive)]),
    ),
    address: local ? (status.localAddress ?? null) : status.peerAddress,
    as: (local ? status.localAs : status.peerAs) ?? null,
    id: (local ? status.localId : status.peerId) ?? null,
    hold: (local ? status.localHoldTimeSeconds : status.peerHoldTimeSeconds) ?? null,
  };
}

function neighborJson(status: NeighborStatus, version: ApiVersion): JsonObject {
  const both = ({ local, peer }: Agreed) => local && peer === true;
  const prefixes = version === 6 ? { prefixes: { received: status.prefixesReceived ?? 0 } } : {};
  return {
    state: isEstablished(status) ? 'up' : 'down',
    duration: Math.floor(status.seconds),
    fsm: status.state.toUpperCase(),
    local: sideJson(status, 'local', version),
    peer: sideJson(status, 'peer', version),
    messages: { sent: countsJson(status.sent), received: countsJson(status.received) },
    capabilities: status.capabilities.filter(both).map(({ name }) => name),
    families: status.families.filter(both).map(({ family }) => familyText(family)),
    'add-path': Object.fromEntries(
      status.families.map((each) => [familyText(each.family), addPathText(each.addPath)]),
    ),
    ...limitsJson(status),
    ...prefixes,
  };
}
