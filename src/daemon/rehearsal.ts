import { IPV4_UNICAST } from '../bgp/family.ts';
import { negotiate } from '../bgp/negotiated.ts';
import { makeOpenFor } from '../bgp/open-layout.ts';
import { RouteLines } from '../commands/route-lines.ts';
import { AdjRibOut } from '../rib/adj-rib-out.ts';

/*
 * Code is read and compiled when it runs for the first time: the first command took ten times as long as the next one, most
 * of that until its UPDATE was made. So some are carried out for nobody while the first process starts.
 */

const LINES = [
  'announce route 192.0.2.0/24 next-hop self origin igp as-path [ 64496 64497 ] med 1 community [ 64496:1 ]',
  'announce route 192.0.2.0/25 next-hop 192.0.2.1 large-community [ 64496:1:2 ] local-preference 200',
  'announce attributes next-hop self nlri 192.0.2.0/26 192.0.2.64/26',
  'withdraw route 192.0.2.0/24',
].map((line) => Buffer.from(`${line}\n`));

const LOCAL_AS = 64_496;

function openOf(as: number) {
  return makeOpenFor({
    as,
    holdTimeSeconds: 180,
    routerId: as,
    families: [IPV4_UNICAST],
    asn4: true,
    nexthops: undefined,
    addPath: [],
    routeRefresh: true,
    operational: false,
    extendedMessage: true,
    linkLocalNexthop: false,
    multiSession: false,
  });
}

/** Gives how many UPDATEs were made. */
export function rehearse(): number {
  const rib = new AdjRibOut({ groupUpdates: true, adjRibOut: true, manualEor: true, aigp: false });
  const negotiated = negotiate(openOf(LOCAL_AS), openOf(LOCAL_AS + 1));
  rib.sessionUp({ negotiated, localAddress: Uint8Array.of(192, 0, 2, 1) });
  const lines = new RouteLines();
  let updates = 0;
  for (const line of LINES) {
    lines.read(line, 0);
    for (let nth = 0; nth < lines.prefixes.count; nth++) {
      if (lines.type === 'announce') rib.announcePrefix(lines.prefixes, nth, lines.said);
      else rib.withdrawPrefix(lines.prefixes, nth);
    }
    updates += rib.take().length;
  }
  return updates;
}
