import { ROLES } from '../bgp/capabilities/role.ts';
import type { Words } from '../syntax/words.ts';
import type { LoadContext } from './context.ts';
import type { CapabilityDraft } from './draft.ts';
import type { CapabilityConfig } from './model.ts';
import { type Keyword, Section } from './schema.ts';
import { boolean, takeOff, takeUnset } from './values.ts';

type Flag = {
  [K in keyof CapabilityConfig]: CapabilityConfig[K] extends boolean ? K : never;
}[keyof CapabilityConfig];

function flag(word: string, key: Flag, options: { readonly bare?: boolean; readonly since?: string } = {}) {
  const row: Keyword<CapabilityDraft> = {
    word,
    ...(options.since === undefined ? {} : { since: options.since }),
    value(words, { target, statement, context }) {
      const { bare = true } = options;
      if (takeUnset(words)) return;
      if (words.done && !bare)
        context.warn(statement.word, `bare '${word}' means false; write '${word} true' or 'false'`);
      target[key] = boolean(words, bare);
    },
  };
  return row;
}

const ADD_PATH_MODES = ['disable', 'send', 'receive', 'send/receive'] as const;

function addPathMode(words: Words): CapabilityConfig['addPath'] {
  return takeOff(words) ? 'disable' : words.oneOf(ADD_PATH_MODES, 'an add-path direction');
}

/** RFC 4724 has 12 bits for it. */
const RESTART_LIMIT_SECONDS = 4095;

/** More than fits is taken, as up to ExaBGP 5. */
function restartTime(words: Words, context: LoadContext): number | 'disable' {
  if (words.done || words.peek()?.text === 'notification') return 0;
  if (takeOff(words)) return 'disable';
  const word = words.peek();
  const seconds = words.unsigned('a restart time in seconds', 65535);
  if (word !== undefined && seconds > RESTART_LIMIT_SECONDS)
    context.warn(
      word,
      `a restart time has 12 bits (RFC 4724): ${RESTART_LIMIT_SECONDS} seconds are announced`,
    );
  return Math.min(seconds, RESTART_LIMIT_SECONDS);
}

export const CAPABILITY_ROWS: readonly Keyword<CapabilityDraft>[] = [
  flag('asn4', 'asn4'),
  flag('route-refresh', 'routeRefresh'),
  {
    word: 'graceful-restart',
    value: (words, { target, context }) => {
      target.gracefulRestart = restartTime(words, context);
      target.restartNotification = words.take('notification');
    },
  },
  {
    word: 'add-path',
    value: (words, { target }) => {
      target.addPath = addPathMode(words);
    },
  },
  {
    word: 'long-lived-graceful-restart',
    since: 'Peerline',
    value: (words, { target }) => {
      target.longLivedSeconds = takeOff(words)
        ? undefined
        : words.unsigned('a long-lived stale time in seconds', 0xffffff, 1);
    },
  },
  {
    word: 'role',
    since: 'Peerline',
    value: (words, { target }) => {
      target.role = { role: words.oneOf(ROLES, 'a role'), strict: words.take('strict') };
    },
  },
  {
    word: 'multiple-labels',
    since: 'Peerline',
    value: (words, { target }) => {
      target.multipleLabels = takeOff(words) ? undefined : words.unsigned('a number of labels', 255, 2);
    },
  },
  flag('multi-session', 'multiSession'),
  flag('operational', 'operational'),
  flag('extended-message', 'extendedMessage', { since: '4.0' }),
  flag('nexthop', 'nexthop', { since: '4.1' }),
  flag('aigp', 'aigp'),
  flag('software-version', 'softwareVersion', { bare: false, since: '5.0' }),
  flag('link-local-nexthop', 'linkLocalNexthop', { bare: false, since: '6.0' }),
  {
    // 4.x prints it so
    word: 'route',
    value: (words, place) => {
      words.expect('refresh');
      place.context.warn(place.statement.word, "'route refresh' is written 'route-refresh'");
      place.target.routeRefresh = boolean(words, true);
    },
  },
  {
    word: 'link-local-prefer',
    since: '6.0',
    value: (words, { statement, context }) => {
      boolean(words, false);
      context.warn(statement.word, "'link-local-prefer' has no effect");
    },
  },
];

/** `capability { asn4 true; … }` */
export const CAPABILITY = new Section<CapabilityDraft>('capability', CAPABILITY_ROWS);

/** The model with the defaults filled in. */
export function capabilityOf(draft: CapabilityDraft, nexthopSection: boolean): CapabilityConfig {
  const { gracefulRestart, ...rest } = draft;
  return {
    asn4: true,
    routeRefresh: false,
    addPath: 'disable',
    extendedMessage: true,
    nexthop: nexthopSection,
    multiSession: false,
    operational: false,
    aigp: false,
    softwareVersion: false,
    linkLocalNexthop: false,
    role: undefined,
    restartNotification: false,
    longLivedSeconds: undefined,
    multipleLabels: undefined,
    ...rest,
    gracefulRestart: gracefulRestart === 'disable' ? undefined : gracefulRestart,
  };
}
