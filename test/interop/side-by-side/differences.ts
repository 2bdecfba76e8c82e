import { message } from './fake-router.ts';
import type { ProgramName } from './programs.ts';

/** Where lines come from. */
export interface Place {
  readonly scenario: string;
  /** `commands`, `events of handler`, `wire of 127.0.0.1, connection 1`, … */
  readonly what: string;
  readonly program: ProgramName;
}

/** A row of the table in docs/migration.md: how it is taken out of what both programs wrote. */
export interface Difference {
  readonly id: string;
  /** The lines without this difference; the same ones where it is not met. */
  readonly changes: (lines: readonly string[], place: Place) => readonly string[];
}

type Change = (line: string, place: Place) => string | undefined;

/** A difference that concerns single lines; undefined leaves a line out. */
function inLines(id: string, change: Change): Difference {
  return { id, changes: (lines, place) => lines.flatMap((line) => change(line, place) ?? []) };
}

/** One that only one program's lines are changed for. */
function only(program: ProgramName, change: Change): Change {
  return (line, place) => (place.program === program ? change(line, place) : line);
}

const HEADER = 38;
const isUpdate = (line: string) => line.startsWith('ffffffff') && line.slice(36, HEADER) === '02';

/** A path attribute of an UPDATE, in hex. */
interface Attribute {
  readonly flags: string;
  readonly code: string;
  readonly value: string;
}

interface UpdateParts {
  readonly withdrawn: string;
  readonly attributes: readonly Attribute[];
  readonly nlri: string;
}

function attributesIn(text: string): Attribute[] {
  const found: Attribute[] = [];
  for (let at = 0; at < text.length; ) {
    const flags = text.slice(at, at + 2);
    const width = (Number.parseInt(flags, 16) & 0x10) === 0 ? 2 : 4;
    const length = 2 * Number.parseInt(text.slice(at + 4, at + 4 + width), 16);
    const start = at + 4 + width;
    found.push({ flags, code: text.slice(at + 2, at + 4), value: text.slice(start, start + length) });
    at = start + length;
  }
  return found;
}

function partsOf(line: string): UpdateParts {
  const body = line.slice(HEADER);
  const withdrawnEnd = 4 + 2 * Number.parseInt(body.slice(0, 4), 16);
  const attributesEnd =
    withdrawnEnd + 4 + 2 * Number.parseInt(body.slice(withdrawnEnd, withdrawnEnd + 4), 16);
  return {
    withdrawn: body.slice(4, withdrawnEnd),
    attributes: attributesIn(body.slice(withdrawnEnd + 4, attributesEnd)),
    nlri: body.slice(attributesEnd),
  };
}

/** Readable, and the same for the same UPDATE. */
function described({ withdrawn, attributes, nlri }: UpdateParts): string {
  const listed = attributes.map(({ flags, code, value }) => `${code}/${flags}=${value}`).join(' ');
  return `UPDATE withdrawn ${withdrawn} attributes ${listed} nlri ${nlri}`;
}

/** Octets of one list member, by attribute. */
const MEMBER_OCTETS: Readonly<Record<string, number>> = { '08': 4, '10': 8, '20': 12 };

function sortedMembers({ flags, code, value }: Attribute): Attribute {
  const size = 2 * (MEMBER_OCTETS[code] ?? 0);
  if (size === 0) return { flags, code, value };
  const members = value.match(new RegExp(`.{${size}}`, 'g')) ?? [];
  return { flags, code, value: members.toSorted().join('') };
}

/** Changes an UPDATE on the wire, where there is something to change. */
function onWire(line: string, change: (parts: UpdateParts) => UpdateParts): string {
  if (!isUpdate(line)) return line;
  const parts = partsOf(line);
  const changed = change(parts);
  return described(changed) === described(parts) ? line : encoded(changed);
}

const octets = (text: string, width: number) => (text.length / 2).toString(16).padStart(width, '0');

/** In hex again. */
function encoded({ withdrawn, attributes, nlri }: UpdateParts): string {
  const carried = attributes.map(({ flags, code, value }) => {
    const width = (Number.parseInt(flags, 16) & 0x10) === 0 ? 2 : 4;
    return `${flags}${code}${octets(value, width)}${value}`;
  });
  const list = carried.join('');
  return message(2, `${octets(withdrawn, 4)}${withdrawn}${octets(list, 4)}${list}${nlri}`);
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Changes what an event says of an UPDATE. */
function inEvent(line: string, change: (update: Json) => Json): string {
  if (!line.startsWith('{')) return line;
  const event = parsed(line);
  const { neighbor } = event;
  if (!isObject(neighbor) || !isObject(neighbor.message) || !isObject(neighbor.message.update)) return line;
  const update = change(neighbor.message.update);
  if (JSON.stringify(update) === JSON.stringify(neighbor.message.update)) return line;
  return JSON.stringify({ ...event, neighbor: { ...neighbor, message: { ...neighbor.message, update } } });
}

/** As JSON.parse, but for numbers beyond 2^53, which become texts. */
export function parsed(line: string): Json {
  return JSON.parse(line.replaceAll(/:\s*(\d{16,})/g, ': "$1"')) as Json;
}

const LISTS = ['community', 'extended-community', 'large-community'];

function sortedLists(update: Json): Json {
  if (!isObject(update.attribute)) return update;
  const attribute = Object.entries(update.attribute).map(([key, value]) => {
    const sorted =
      LISTS.includes(key) && Array.isArray(value) ? value.map((v) => JSON.stringify(v)).toSorted() : value;
    return [key, sorted] as const;
  });
  return { ...update, attribute: Object.fromEntries(attribute) };
}

/** In text and in the output of show: `community [ A B ]`. */
function sortedTexts(line: string): string {
  return line.replaceAll(/(community \[ )([^\]]*)( \])/g, (_, start: string, list: string, end: string) => {
    return start + list.split(' ').toSorted().join(' ') + end;
  });
}

/** One prefix at a time: `18c00002` is 192.0.2.0/24. */
function prefixesIn(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = at + 2 + 2 * Math.ceil(Number.parseInt(text.slice(at, at + 2), 16) / 8);
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}

/** One line for each route that an UPDATE of IPv4 unicast has. */
function singleRoutes(line: string): string[] {
  if (!isUpdate(line)) return [line];
  const { withdrawn, attributes, nlri } = partsOf(line);
  if (nlri === '' && withdrawn === '') return [described({ withdrawn, attributes, nlri })];
  return [
    ...prefixesIn(withdrawn).map((each) => described({ withdrawn: each, attributes: [], nlri: '' })),
    ...prefixesIn(nlri).map((each) => described({ withdrawn: '', attributes, nlri: each })),
  ];
}

/** The same of events: one line for each route. */
function singleEvents(line: string): string[] {
  if (!line.startsWith('{')) return [line];
  const { neighbor } = parsed(line);
  if (!isObject(neighbor) || !isObject(neighbor.message) || !isObject(neighbor.message.update)) return [line];
  const { attribute, announce, withdraw } = neighbor.message.update;
  const of = (what: string, routes: unknown) =>
    Array.isArray(routes) ? routes.map((route) => `${what} ${JSON.stringify(route)}`) : [];
  const announced = Object.entries(isObject(announce) ? announce : {}).flatMap(([family, hops]) =>
    Object.entries(isObject(hops) ? hops : {}).flatMap(([hop, routes]) =>
      of(`announced ${JSON.stringify(attribute)} ${family} ${hop}`, routes),
    ),
  );
  const gone = Object.entries(isObject(withdraw) ? withdraw : {}).flatMap(([family, routes]) =>
    of(`withdrawn ${family}`, routes),
  );
  return [...announced, ...gone];
}

/** Scenarios in which several routes leave at once. */
const AT_ONCE =
  /^announces|^commands before|flush and clear|^route refresh, asked|^reload|^restart|^SIG|^no Adj-RIB-Out/;

/** Lines of UPDATEs taken apart, and those in order; what is none stays in its place, before them. */
function ungrouped(lines: readonly string[], { scenario, what }: Place): readonly string[] {
  if (!AT_ONCE.test(scenario) || !/^(?:wire|events)/.test(what)) return lines;
  const single = lines.flatMap((line) => (what.startsWith('wire') ? singleRoutes(line) : singleEvents(line)));
  const isRoute = (line: string) => /^(?:UPDATE|announced|withdrawn)|"eor"/.test(line);
  return [...single.filter((line) => !isRoute(line)), ...single.filter(isRoute).toSorted()];
}

const CONTROL = /[\u0000-\u001f\u007f]/g;

/** ExaBGP sends the attributes along with an MP_UNREACH_NLRI, Peerline does for some families. */
function withoutAttributes({ withdrawn, attributes, nlri }: UpdateParts): UpdateParts {
  const codes = attributes.map(({ code }) => code);
  if (!codes.includes('0f') || codes.includes('0e') || nlri !== '') return { withdrawn, attributes, nlri };
  return { withdrawn, nlri, attributes: attributes.filter(({ code }) => code === '0f') };
}

const SINCE_5 =
  /^> (?:withdraw attribute |neighbor \* |show neighbor .*json|show adj-rib out json|ping|status|queue-status|enable-ack)/;

/** What either says to a command that only later ExaBGPs have. */
function newerCommands(lines: readonly string[], { what }: Place): readonly string[] {
  if (what !== 'commands') return lines;
  let newer = false;
  return lines.flatMap((line) => {
    if (line.startsWith('> ')) newer = SINCE_5.test(line);
    else if (newer) return line === 'done' || line === 'error' ? ['done'] : [];
    return [line];
  });
}

function receivedKept(lines: readonly string[]): readonly string[] {
  return lines.map((line, i) => (line === 'error' && lines[i - 1] === '> show adj-rib in' ? 'done' : line));
}

/** What the second session without Adj-RIB-Out starts with, and what is shown then. */
function configuredAgain(lines: readonly string[], { scenario, what, program }: Place): readonly string[] {
  if (scenario !== 'no Adj-RIB-Out' || program === 'exabgp' || what.endsWith('connection 1')) return lines;
  const second = lines.findLastIndex((line) => line.includes('"connected"'));
  const routes = /^f{32}.{4}02.*180a0001180a0002$|"10.0.1.0\/24"|^neighbor \S+ ipv4 unicast 10\.0\.[12]\.0/;
  return lines.filter((line, i) => i < second || !routes.test(line));
}

/** Capability 73 of the host `host` in `example.org`, as an optional parameter. */
const HOST_NAME = '0213491104686f73740b6578616d706c652e6f7267';

/** An OPEN without it: the message and its parameters are shorter by so much. */
function withoutHostName(line: string): string {
  const less = (at: number, width: number) =>
    (Number.parseInt(line.slice(at, at + width), 16) - HOST_NAME.length / 2)
      .toString(16)
      .padStart(width, '0');
  const fixed = `${line.slice(0, 32)}${less(32, 4)}${line.slice(36, 56)}${less(56, 2)}${line.slice(58)}`;
  return fixed.replace(HOST_NAME, '');
}

/** The same of an event. */
function withoutHostNameIn(line: string): string {
  if (!line.startsWith('{') || !line.includes('"hostname"')) return line;
  return JSON.stringify(parsed(line), (key, value) => (key === 'hostname' ? undefined : value));
}

/** What a neighbor's configuration says beyond its words in common, by either program. */
const OWN_WORDS =
  /^(?:description ""|host-name .*|domain-name .*|md5-.*|adj-rib-in .*|(?:extended-message|software-version|link-local-nexthop) .*|(?:nexthop|add-path) \{)?;?$|^\}$/;

/** Statements in the order of the alphabet: who is inside of whom is in their names. */
function shownConfiguration(lines: readonly string[], { what }: Place): readonly string[] {
  if (what !== 'commands') return lines;
  const changed: string[] = [];
  let statements: string[] | undefined;
  for (const line of lines) {
    if (statements === undefined || line === 'done') {
      changed.push(...[...new Set(statements)].toSorted(), line);
      statements = /^> .*show neighbor .*configuration$/.test(line) ? [] : undefined;
      continue;
    }
    const bare = line.trim();
    if (!OWN_WORDS.test(bare)) statements.push(bare.startsWith('neighbor ') ? bare : `  ${bare}`);
  }
  return changed;
}

/** The routes that one command showed, in order. */
function shownInOrder(lines: readonly string[], { what }: Place): readonly string[] {
  if (what !== 'commands') return lines;
  const isRoute = (line: string | undefined) =>
    line !== undefined && /^neighbor \S+ (?:ip|l2vpn|local-ip)|^\d[\d.]+ +\d+ +\d:/.test(line);
  const runs: string[][] = [];
  lines.forEach((line, i) => {
    const run = runs.at(-1);
    if (run !== undefined && isRoute(line) && isRoute(lines[i - 1])) run.push(line);
    else runs.push([line]);
  });
  return runs.flatMap((run) => run.toSorted());
}

function withoutRepeats(lines: readonly string[], { scenario, what }: Place): readonly string[] {
  if (!/^(?:reload|SIG)/.test(scenario) || !what.startsWith('wire')) return lines;
  return [...new Set(lines)];
}

/** In the order of the table in docs/migration.md. */
export const DIFFERENCES: readonly Difference[] = [
  inLines('control-characters', (line) =>
    line.replaceAll(CONTROL, (c) => (c === '\n' || c === '\t' ? c : '')),
  ),
  inLines('invalid-refresh', (line) => line.replaceAll(/""([\w-]+)""/g, '"$1"')),
  inLines(
    'octets-in-reason',
    only('exabgp', (line) => line.replace(/ \/ @(?=\]$|\)")/, '')),
  ),
  inLines('name', (line) => line.replace(/^(?:exabgp 4\.2\.\d+|peerline \d+\.\d+\.\d+.*)$/, 'NAME VERSION')),
  inLines(
    'host-name',
    only('peerline', (line) => (line.includes(HOST_NAME) ? withoutHostName(line) : withoutHostNameIn(line))),
  ),
  inLines('remote-id', (line) => line.replace(/^( {3}ID +\S+) +\S+ *$/, '$1')),
  { id: 'newer-commands', changes: newerCommands },
  { id: 'adj-rib-in', changes: receivedKept },
  { id: 'adj-rib-out', changes: configuredAgain },
  inLines('forms-of-others', (line, { scenario, what, program }) => {
    const strange = program === 'exabgp' && /^four/.test(scenario) && what.startsWith('events of b ');
    return strange && !line.includes('"header"') ? undefined : line;
  }),
  inLines('unnamed-signals', (line) =>
    /"code": ?"[02]", "name": "(?:UNKNOWN|SIGINT)"/.test(line) ? undefined : line,
  ),
  { id: 'shown-configuration', changes: shownConfiguration },
  { id: 'show-order', changes: shownInOrder },
  inLines('rd-of-type-2', (line) => line.replaceAll(/( rd \d+)L(?=:\d)/g, '$1')),
  inLines('evpn-text', (line) =>
    line.replaceAll(/( announced) (?:afi l2vpn safi evpn|evpn (?:(?! origin ).)*)/g, '$1 a route of EVPN'),
  ),
  inLines('flow-flags', (line, { what }) =>
    what.startsWith('events') && line.includes('tcp-flags')
      ? line.replaceAll(/"(?:push", ?"ack|push\+ack)"/g, '"push and ack"')
      : line,
  ),
  inLines('withdrawal-attributes', (line, { what }) =>
    what.startsWith('wire')
      ? onWire(line, withoutAttributes)
      : inEvent(line, (update) => {
          const { attribute: _, ...rest } = update;
          return 'withdraw' in update && !('announce' in update) && !('malformed' in update) ? rest : update;
        }),
  ),
  inLines('list-order', (line, { what }) =>
    what.startsWith('wire')
      ? onWire(line, (parts) => ({ ...parts, attributes: parts.attributes.map(sortedMembers) }))
      : inEvent(sortedTexts(line), sortedLists),
  ),
  { id: 'packing', changes: ungrouped },
  { id: 'reload-resends', changes: withoutRepeats },
  inLines('said-goodbye', (line, { scenario }) => {
    if (!/^(?:a shutdown|SIGTERM|SIGINT|SIGHUP|reload: a neighbor less)/.test(scenario)) return line;
    const goodbye =
      /^f{32}0015030602$|^f{32}0015030603$|send notification code 6 subcode [23] |"type": "notification".*"code": 6, "subcode": [23],/;
    return goodbye.test(line) ? undefined : line;
  }),
  inLines('watchdog-reload', (line, { scenario, program }) => {
    const told =
      /^f{32}.{4}02.*180a0002$|^UPDATE .* nlri 180a0002$|^neighbor \S+ ipv4 unicast 10\.0\.2\.0\/24 |10\.0\.2\.0\/24"/;
    return scenario === 'reload: of watchdogs' && program === 'exabgp' && told.test(line) ? undefined : line;
  }),
  inLines('told-to-stop', (line, { scenario, what }) => {
    const ended =
      /^(?:SIGUSR2|SIGALRM|restart|reload: .*process)/.test(scenario) && what.endsWith('for nobody');
    return ended && /^shutdown|"notification": "shutdown"/.test(line) ? undefined : line;
  }),
  inLines('internal-attributes', (line, { scenario }) => {
    if (!scenario.startsWith('attributes of internal peers')) return line;
    return inEvent(line, ({ malformed: _, ...update }) => {
      const {
        'local-preference': _a,
        'originator-id': _b,
        'cluster-list': _c,
        error: _d,
        ...attribute
      } = isObject(update.attribute) ? update.attribute : {};
      return isObject(update.attribute) ? { ...update, attribute } : update;
    });
  }),
  inLines('malformed', (line, { scenario }) =>
    scenario.startsWith('malformed') && /"origin": ?"invalid"|"malformed"/.test(line) ? undefined : line,
  ),
];
