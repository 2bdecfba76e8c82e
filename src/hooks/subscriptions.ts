import type { Direction, Event } from '../events/event.ts';

/** A direction of an `api` section: kinds and forms, both are needed for an event. */
export interface MessageSwitches {
  readonly parsed: boolean;
  readonly packets: boolean;
  readonly consolidate: boolean;
  readonly kinds: ReadonlySet<string>;
}

/** An `api` section: these processes are told this. */
export interface ApiSwitches {
  readonly processes: readonly string[];
  readonly neighborChanges: boolean;
  readonly negotiated: boolean;
  readonly fsm: boolean;
  readonly signal: boolean;
  readonly gracefulRestart?: boolean;
  readonly receive: MessageSwitches;
  readonly send: MessageSwitches;
}

const FORMS = ['packets', 'parsed', 'consolidate'] as const;
export type Form = (typeof FORMS)[number];

/** One line for one process. */
export interface Delivery {
  readonly process: string;
  readonly form: Form;
  /** What the session agreed on is repeated in each update and raw event. */
  readonly negotiated: boolean;
}

const NOBODY: readonly Delivery[] = [];
const DIRECTIONS = ['receive', 'send'] as const satisfies readonly Direction[];

/** Event types with a switch of their own, which need no form. What only BMP can tell goes with `neighbor-changes`. */
const SWITCHES = [
  ['state', 'neighborChanges'],
  ['bmp', 'neighborChanges'],
  ['negotiated', 'negotiated'],
  ['fsm', 'fsm'],
  ['signal', 'signal'],
  ['graceful-restart', 'gracefulRestart'],
] as const satisfies readonly (readonly [Event['type'], keyof ApiSwitches])[];

const KNOWN = new WeakMap<readonly ApiSwitches[], Subscriptions>();

/** Who is told what of one neighbor, worked out once. */
export class Subscriptions {
  /** The same for all neighbors that share their sections. */
  static of(apis: readonly ApiSwitches[]): Subscriptions {
    const known = KNOWN.get(apis) ?? new Subscriptions(apis);
    KNOWN.set(apis, known);
    return known;
  }

  readonly #plain = new Map<string, readonly Delivery[]>();
  readonly #messages = {
    receive: new Map<string, readonly Delivery[]>(),
    send: new Map<string, readonly Delivery[]>(),
  } satisfies Record<Direction, unknown>;

  /** Every process that is told anything. */
  readonly #processes: ReadonlySet<string>;

  /** Several `api` sections add up. */
  constructor(apis: readonly ApiSwitches[]) {
    const negotiated = namesOf(apis.filter((api) => api.negotiated));
    for (const [type, key] of SWITCHES) {
      const names = namesOf(apis.filter((api) => api[key]));
      const forms = new Map([...names].map((name) => [name, new Set<Form>(['parsed'])]));
      if (forms.size > 0) this.#plain.set(type, deliveriesOf(forms, negotiated));
    }
    for (const direction of DIRECTIONS) {
      for (const kind of new Set(apis.flatMap((api) => [...api[direction].kinds]))) {
        const forms = formsOf(apis, direction, kind);
        if (forms.size > 0) this.#messages[direction].set(kind, deliveriesOf(forms, negotiated));
      }
    }
    const tables = [this.#plain, this.#messages.receive, this.#messages.send];
    const all = tables.flatMap((table) => [...table.values()].flat());
    this.#processes = new Set(all.map(({ process }) => process));
  }

  /** Whether one of these processes is told anything. */
  tells(processes: ReadonlySet<string>): boolean {
    return processes.size > 0 && [...processes].some((name) => this.#processes.has(name));
  }

  /** False: nobody listens, so the event need not be made. `type` is an event's type; `direction` a message's. */
  wants(type: Event['type'], direction?: Direction): boolean {
    return (direction === undefined ? this.#plain : this.#messages[direction]).has(type);
  }

  /** Who is told of events of this type; `direction` for messages. */
  named(type: Event['type'], direction?: Direction): readonly Delivery[] {
    return (direction === undefined ? this.#plain : this.#messages[direction]).get(type) ?? NOBODY;
  }

  /** Raw before decoded for the same process. */
  of(event: Event): readonly Delivery[] {
    const table = 'direction' in event ? this.#messages[event.direction] : this.#plain;
    return table.get(event.type) ?? NOBODY;
  }
}

function deliveriesOf(
  formsByProcess: ReadonlyMap<string, ReadonlySet<Form>>,
  negotiated: ReadonlySet<string>,
): readonly Delivery[] {
  return [...formsByProcess].flatMap(([process, forms]) =>
    told(forms).map((form) => ({ process, form, negotiated: negotiated.has(process) })),
  );
}

function namesOf(apis: readonly ApiSwitches[]): Set<string> {
  return new Set(apis.flatMap((api) => api.processes));
}

function formsOf(apis: readonly ApiSwitches[], direction: Direction, kind: string): Map<string, Set<Form>> {
  const found = new Map<string, Set<Form>>();
  for (const api of apis) {
    const switches = api[direction];
    if (!switches.kinds.has(kind)) continue;
    const forms = chosen(switches, direction);
    if (forms.length === 0) continue;
    for (const name of api.processes) found.set(name, new Set([...(found.get(name) ?? []), ...forms]));
  }
  return found;
}

/** What we send shows its octets in a consolidated event only if `packets` is there too, as ExaBGP does. */
function chosen(switches: MessageSwitches, direction: Direction): Form[] {
  if (!switches.consolidate) return FORMS.filter((form) => switches[form]);
  return direction === 'send' && !switches.packets ? ['parsed'] : ['consolidate'];
}

function told(forms: ReadonlySet<Form>): readonly Form[] {
  return forms.has('consolidate') ? ['consolidate'] : FORMS.filter((form) => forms.has(form));
}
