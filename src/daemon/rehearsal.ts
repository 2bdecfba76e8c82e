import { Readable } from 'node:stream';
import { IPV4_UNICAST } from '../bgp/family.ts';
import { negotiate } from '../bgp/negotiated.ts';
import { makeOpenFor } from '../bgp/open-layout.ts';
import type { NeighborConfig } from '../config/model.ts';
import { LineReader } from '../hooks/lines.ts';
import { Seldom } from '../hooks/seldom.ts';
import { formatPrefix } from '../wire/prefix.ts';
import { Answers } from './answers.ts';
import type { Process } from './commander.ts';
import type { Talker } from './departure.ts';
import { Executor, type ExecutorOptions } from './execute.ts';
import { Outbox } from './outbox.ts';
import { Peer } from './peer.ts';
import type { PeerOptions } from './peer-options.ts';

/*
 * Code is read and compiled when it runs for the first time: the first command took ten times as long as the next one, most
 * of that until its UPDATE was made. So some are carried out for nobody once somebody may command.
 */

/** As a process writes them: the second like the first, and all that a line may have more. */
const LINES = [
  'announce route 192.0.2.0/24 next-hop self origin igp as-path [ 64496 64497 ] med 1 community [ 64496:2 64496:1 ]',
  'announce route 192.0.2.0/25 next-hop self origin igp as-path [ 64496 64497 ] med 1 community [ 64496:2 64496:1 ]',
  'announce route 192.0.2.128/25 next-hop 192.0.2.1 large-community [ 64496:1:2 ] local-preference 200',
  'announce attributes next-hop self nlri 192.0.2.0/26 192.0.2.64/26',
  'withdraw route 192.0.2.0/24',
].map((line) => Buffer.from(`${line}\n`));

/** They come alone: a stream goes another way. */
const APART_MS = 6;
const LOCAL_AS = 64_496;

export interface RehearsalOptions {
  /** What the neighbor that nobody knows of is like. */
  readonly like: NeighborConfig;
  readonly ofPeers: PeerOptions;
  readonly executing: ExecutorOptions;
  /** Who will command. */
  readonly talker: Talker;
}

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

/** Without a session ever, and without routes. */
function makePeer({ like, ofPeers }: RehearsalOptions): Peer {
  const { monitor: _nobody, ...options } = ofPeers;
  const log = options.log.child({}, { level: 'silent' });
  const config = { ...like, routes: [], adjRibIn: false, autoFlush: true };
  return new Peer({ config, peerAddress: formatPrefix(config.peer) }, { ...options, log });
}

/** All that is asked about a command is asked, and nothing is kept of it. */
function makeExecutor({ executing }: RehearsalOptions, peer: Peer): Executor {
  const takers = [peer];
  return new Executor({
    ...executing,
    takers: () => takers,
    noted: (from, to) => executing.noted(from, to) && false,
    moved: () => undefined,
    journal: () => undefined,
  });
}

function makeProcess({ talker }: RehearsalOptions): Process {
  const nobody = () => undefined;
  return {
    config: { name: 'rehearsal', commandsAll: true },
    version: 5,
    talker,
    refusals: new Seldom(() => 0),
    ack: true,
    answers: new Answers({ reply: nobody, hold: nobody }),
    batch: undefined,
    sync: false,
    commands: 0,
    refused: 0,
    reply: nobody,
  };
}

/** Gives how many UPDATEs were made. */
export async function rehearse(options: RehearsalOptions): Promise<number> {
  const { clock } = options.ofPeers;
  const peer = makePeer(options);
  const rib = peer.adjRibOut;
  const negotiated = negotiate(openOf(LOCAL_AS), openOf(LOCAL_AS + 1));
  rib.sessionUp({ negotiated, localAddress: Uint8Array.of(192, 0, 2, 1) }, { endOfRib: false });
  let updates = 0;
  const outbox = new Outbox({
    clock,
    perSecond: undefined,
    from: rib,
    to: { send: () => ++updates > 0, flush: () => undefined },
  });
  outbox.open();
  const from = makeProcess(options);
  const executor = makeExecutor(options, peer);
  const input = new Readable({ read: () => undefined });
  new LineReader(input, {
    onLine: (line) => executor.execute(from, line),
    onChunk: (chunk, at) => executor.usual(from, chunk, at),
    onEnd: () => undefined,
  });
  for (const line of LINES) {
    input.emit('data', line);
    outbox.send();
    // whatever else there is to do at a start is done in between
    await new Promise<void>((resolve) => void clock.after(APART_MS, resolve));
  }
  outbox.close();
  input.destroy();
  return updates;
}
