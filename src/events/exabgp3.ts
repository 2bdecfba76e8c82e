import { capabilitiesToJson, capabilitiesToText } from '../bgp/capabilities/index.ts';
import { familyText } from '../bgp/family.ts';
import type { Json, JsonObject } from '../bgp/json.ts';
import { type Nlri, nlriToJson } from '../bgp/nlri/index.ts';
import { nlriText } from '../bgp/nlri/text.ts';
import type { Update } from '../bgp/update.ts';
import { dottedQuad } from '../wire/address.ts';
import { safeLine } from '../wire/text.ts';
import type { Direction, Event } from './event.ts';
import { bodyHex, eventToJson, headerHex, isMessage, messageNumber, shutdownToJson } from './json.ts';
import { familyToJson, nextHopKeys, type OpenEvent, senderAs } from './message-json.ts';
import type { Identity, JsonContext } from './options.ts';
import { eventToText } from './text.ts';
import { updateLines } from './update-text.ts';

/** Events as ExaBGP 3.4 tells them: those of 4.2, but for what is here. */

type Context = Omit<JsonContext, 'version'>;

const DIRECTIONS: Readonly<Record<Direction, string>> = { send: 'sent', receive: 'received' };
const VERSION = 4;

export function oldEventToJson(event: Event, context: Context): JsonObject {
  const { neighbor, header, body, ...envelope } = eventToJson(event, { ...context, version: VERSION });
  const members = neighbor as JsonObject | undefined;
  return {
    ...oldEnvelope(envelope),
    header: header === undefined ? undefined : bare(String(header)),
    body: body === undefined ? undefined : bare(String(body)),
    ...(members === undefined ? {} : { neighbor: oldNeighbor(event, members, context) }),
  };
}

export function oldShutdownToJson(timeMs: number, identity: Identity): JsonObject {
  return oldEnvelope(shutdownToJson(timeMs, identity, VERSION));
}

/** Whole seconds, and numbers of processes as texts. */
function oldEnvelope({ exabgp, time, host, pid, ppid, ...more }: JsonObject): JsonObject {
  const seconds = Math.floor(Number(time));
  return { exabgp: '3.4.8', time: seconds, host, pid: String(pid), ppid: String(ppid), ...more };
}

/** Hexadecimal digits without `0x`. */
function bare(hex: string): string {
  return hex.replace(/^0x/, '');
}

function oldNeighbor(event: Event, shown: JsonObject, { form }: Context): JsonObject {
  const { address, asn, direction, ...payload } = shown;
  const { local, peer } = asn as JsonObject;
  const whose = {
    ip: (address as JsonObject).peer,
    address,
    asn: { local: String(local), peer: String(peer) },
  };
  if (!('octets' in event) || event.type === 'bmp' || !isMessage(event)) return { ...whose, ...payload };
  const word = DIRECTIONS[event.direction];
  if (form === 'packets') {
    const digits = { body: bare(bodyHex(event.octets)), header: bare(headerHex(event.octets)) };
    return { ...whose, message: { ...digits, [word]: messageNumber(event) } };
  }
  const { message, ...more } = payload;
  const said = saysDirection(event.type, event.direction) ? { direction: word } : {};
  if (event.type === 'open') return { ...whose, ...said, open: oldOpen(event) };
  if (event.type !== 'update') return { ...whose, ...said, ...more };
  return { ...whose, ...said, message: oldUpdate(event.update, message as JsonObject), ...more };
}

/** What is received is told without a word, where it cannot be anything else. */
function saysDirection(type: Event['type'], direction: Direction): boolean {
  return direction === 'send' || (type !== 'update' && type !== 'keepalive');
}

/** Capabilities go by their codes in either direction. */
function oldOpen(event: OpenEvent): JsonObject {
  const { open } = event;
  return {
    router_id: dottedQuad(open.routerId),
    version: open.version,
    hold_time: open.holdTimeSeconds,
    asn: senderAs(event),
    capabilities: capabilitiesToJson(open, 'receive', VERSION),
  };
}

/** Routes are members by their prefix, not items. */
function oldUpdate(update: Update, shown: JsonObject): JsonObject {
  if (update.endOfRib !== undefined) {
    const family = familyText(update.endOfRib);
    return { update: { announce: { [family]: { null: { eor: familyToJson(update.endOfRib) } } } } };
  }
  const { announce, withdraw, ...more } = (shown.update ?? {}) as JsonObject;
  return {
    update: {
      attribute: more.attribute,
      announce: announce === undefined ? undefined : announced(update),
      withdraw: withdraw === undefined ? undefined : withdrawn(update),
      malformed: more.malformed,
    },
  };
}

type Routes = Record<string, Json>;

function announced(update: Update): JsonObject {
  const families: Record<string, Record<string, Routes>> = {};
  for (const { family, nextHop, nlri } of update.announced) {
    if (nlri.length === 0) continue;
    const key = familyText(family);
    const hops = families[key] ?? {};
    families[key] = hops;
    for (const hop of nextHopKeys(nextHop, VERSION)) {
      const routes = hops[hop] ?? {};
      hops[hop] = routes;
      for (const one of nlri) put(routes, one);
    }
  }
  return families;
}

function withdrawn(update: Update): JsonObject {
  const families: Record<string, Routes> = {};
  for (const { family, nlri } of update.withdrawn) {
    if (nlri.length === 0) continue;
    const key = familyText(family);
    const routes = families[key] ?? {};
    families[key] = routes;
    for (const one of nlri) put(routes, one);
  }
  return families;
}

/** What is no prefix goes by its text. Two routes to one prefix make a list. */
function put(routes: Routes, one: Nlri): void {
  const { nlri: prefix, ...rest } = nlriToJson(one, VERSION);
  const key = prefix === undefined ? nlriText(one, VERSION) : String(prefix);
  const before = routes[key];
  routes[key] = before === undefined ? rest : [before, rest].flat();
}

/** Without the empty line behind each event that later versions have. */
export function oldEventToText(event: Event, form: Context['form']): string | undefined {
  if (event.type === 'bmp' || !isMessage(event)) {
    return eventToText(event, { version: VERSION, form })?.replace(/\n\n$/, '\n');
  }
  const start = `neighbor ${event.neighbor.peerAddress}`;
  const word = DIRECTIONS[event.direction];
  const body = bare(bodyHex(event.octets));
  const octets = `header ${bare(headerHex(event.octets))}${body === '' ? '' : ` body ${body}`}`;
  if (form === 'packets') return `${start} ${word} ${messageNumber(event)} ${octets}\n`;
  const beside = form === 'consolidate' ? ` ${octets}` : '';
  if (event.type === 'open')
    return `${safeLine(`${start} open direction ${word} ${openText(event)}`)}${beside}\n`;
  if (event.type === 'update') {
    const lines = ['update start', ...updateLines(event.update, VERSION).map(oldLine), 'update end'];
    return lines.map((line) => `${safeLine(`${start} ${line}`)}\n`).join('');
  }
  const line = eventToText(event, { version: VERSION, form: 'parsed' })?.trimEnd() ?? '';
  const [what = '', ...rest] = line.slice(`${start} ${event.direction} `.length).split(' ');
  return `${[start, what, 'direction', word, ...rest].join(' ')}${beside}\n`;
}

function openText(event: OpenEvent): string {
  const { open } = event;
  const fields = `version ${open.version} asn ${senderAs(event)} hold_time ${open.holdTimeSeconds}`;
  const capabilities = capabilitiesToText(open, 'receive', VERSION);
  return `${fields} router_id ${dottedQuad(open.routerId)} capabilities [${capabilities}]`;
}

function oldLine(line: string): string {
  if (line.startsWith('route eor')) return `announced ${line}`;
  const withdrawal = line.startsWith('withdrawn ') ? ' next-hop none' : '';
  return `${line.replace(/^(announced|withdrawn) /, '$1 route ')}${withdrawal}`;
}
