import type { ToldState } from './fsm.ts';
import type { Network } from './networks.ts';
import type { Options } from './options.ts';

export interface LineInput {
  readonly state: ToldState;
  /** In the order in which the metric increases. */
  readonly networks: readonly Network[];
  readonly options: Options;
  /** `PEERLINE_API_VERSION`: 6 selects neighbors by `peer`. */
  readonly apiVersion: string;
}

const METRIC = { UP: 'up-metric', DOWN: 'down-metric', DISABLED: 'disabled-metric' } as const;
const AS_PATH = { UP: 'up-as-path', DOWN: 'down-as-path', DISABLED: 'disabled-as-path' } as const;

/** One command for each address, without line ends. */
export function linesFor({ state, networks, options, apiVersion }: LineInput): string[] {
  const prefix = selector(options.neighbor, apiVersion);
  if (state === 'EXIT' || (state !== 'UP' && options['withdraw-on-down'])) {
    return networks.map(({ text }) =>
      words(prefix, `withdraw route ${text} next-hop ${options['next-hop']}`, pathId(options)),
    );
  }
  const first = options[METRIC[state]];
  return networks.map(({ text }, index) =>
    words(
      prefix,
      `announce route ${text} next-hop ${options['next-hop']} med ${first + index * options.increase}`,
      ...attributes(state, options),
      pathId(options),
    ),
  );
}

function attributes(state: Exclude<ToldState, 'EXIT'>, options: Options): string[] {
  const preference = options['local-preference'];
  // QUIRK: --disabled-community is also the community of a service that is down
  const disabled = state === 'UP' ? undefined : options['disabled-community'];
  return [
    preference < 0 ? '' : `local-preference ${preference}`,
    bracketed('community', disabled ?? options.community),
    bracketed('extended-community', options['extended-community']),
    bracketed('large-community', options['large-community']),
    bracketed('as-path', options[AS_PATH[state]] ?? options['as-path']),
  ];
}

function pathId(options: Options): string {
  return options['path-id'] === undefined ? '' : `path-information ${options['path-id']}`;
}

function bracketed(word: string, values: string | undefined): string {
  return values === undefined ? '' : `${word} [ ${oneLine(values)} ]`;
}

function selector(neighbors: readonly string[], apiVersion: string): string {
  const [word, all] = apiVersion === '6' ? ['peer', 'peer *'] : ['neighbor', 'neighbor *'];
  if (neighbors.length === 0) return apiVersion === '6' ? all : '';
  // 4.2 has no selector for all: it is what no selector means
  if (neighbors.includes('*')) return apiVersion === '4' ? '' : all;
  return neighbors.map((ip) => `${word} ${ip}`).join(', ');
}

/** A line end inside an argument would be a second command. */
function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}

function words(...parts: readonly string[]): string {
  return oneLine(parts.filter((part) => part !== '').join(' '));
}
