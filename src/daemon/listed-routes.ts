import type { ApiVersion } from '../bgp/json.ts';
import { nlriKey } from '../bgp/nlri/index.ts';
import type { Route } from '../bgp/route.ts';
import type { CommandOf } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import { routeText } from '../commands/show-adj-rib.ts';
import { spacedJson } from '../commands/spaced-json.ts';
import type { RouteCommand } from './batch.ts';
import type { Peer } from './peer.ts';

const TOO_MANY = "there are too many routes for one line: 'show adj-rib out json' tells each in its own";

/** What `routes` answers, and what it moves. */
export interface Listed {
  readonly line: string;
  readonly moves?: RouteCommand;
}

/** Of the line that lists routes: less than a client may have waiting, and made in a tenth of a second. */
const LONGEST_LIST = 1_000_000;

/** @throws CommandError when there are more routes than fit a line */
export function listedRoutes(
  peers: readonly Peer[],
  command: CommandOf<'routes'>,
  version: ApiVersion,
): Listed {
  const { action, index, selector } = command;
  if (action === 'list') return { line: listLine(peers, version) };
  const routes = command.routes ?? (index === undefined ? [] : indexed(peers, index));
  const [first] = routes;
  if (first === undefined) return { line: spacedJson({ removed: false, index: index ?? '' }) };
  const place = indexOf(first);
  const route = routeText(first, version);
  if (action === 'add') {
    return {
      line: spacedJson({ index: place, route, success: true }),
      moves: { type: 'announce', selector, routes },
    };
  }
  const removed = indexed(peers, place).length > 0;
  return {
    line: spacedJson({ removed, route, index: place }),
    moves: { type: 'withdraw', selector, routes },
  };
}

/** The same for all routes to the same destination. */
function indexOf({ nlri }: Pick<Route, 'nlri'>): string {
  return hexOf(nlriKey(nlri));
}

function hexOf(key: string): string {
  return Buffer.from(key).toString('hex');
}

/** Every route that the neighbors shall have. @throws CommandError */
function listLine(peers: readonly Peer[], version: ApiVersion): string {
  const listed: string[] = [];
  let length = 0;
  for (const peer of peers) {
    const { text: neighbor } = peer;
    for (const route of peer.adjRibOut.routes()) {
      const one = spacedJson({ index: indexOf(route), route: routeText(route, version), neighbor });
      length += one.length + 2;
      if (length > LONGEST_LIST) throw new CommandError(1, TOO_MANY);
      listed.push(one);
    }
  }
  return `[${listed.join(', ')}]`;
}

function indexed(peers: readonly Peer[], index: string): readonly Route[] {
  const key = Buffer.from(index, 'hex').toString();
  if (hexOf(key) !== index) return [];
  for (const peer of peers) {
    for (const route of peer.adjRibOut.routes()) if (nlriKey(route.nlri) === key) return [route];
  }
  return [];
}
