import type { CommandOf } from '../commands/command.ts';
import { CommandError } from '../commands/command-error.ts';
import { type DaemonStatus, type ProcessStatus, pingLines, processLines } from '../commands/reply.ts';
import { replies } from '../commands/reply-json.ts';
import { adjRibLine, type RoutesFormat } from '../commands/show-adj-rib.ts';
import { neighborLines } from '../commands/show-neighbor.ts';
import type { Process } from './commander.ts';
import { neighborStatus } from './neighbor-status.ts';
import type { Peer } from './peer.ts';

/** Commands that tell something and change no route. */
export type Information = CommandOf<
  | 'version'
  | 'help'
  | 'status'
  | 'queue-status'
  | 'api-version'
  | 'show-process'
  | 'show-neighbor'
  | 'show-adj-rib'
  | 'ping'
  | 'shutdown'
  | 'reload'
  | 'restart'
  | 'reset'
>;

interface Informed {
  readonly peers: () => readonly Peer[];
  /** With ranges of neighbors, whose routes wait for whoever comes. */
  readonly takers: () => readonly Peer[];
  /** `Peerline/0.1.0` */
  readonly software: string;
  readonly routesFormat?: RoutesFormat;
  readonly control: {
    shutdown(): void;
    reload(): void;
    restart(): void;
    status(): DaemonStatus;
    processes(): readonly ProcessStatus[];
  };
}

/** Silence would look like a neighbor without routes. */
const NOT_KEPT = "received routes are not kept: 'adj-rib-in true;' in the neighbor keeps them";

/** The lines before `done`, in the shape that the process reads. */
export function inform(process: Process, command: Information, from: Informed): Iterable<string> {
  const { control } = from;
  switch (command.type) {
    case 'version':
      return versionLines(from, process);
    case 'help':
      return replies.help(process.version);
    case 'status':
      return replies.status(control.status(), process.version);
    case 'queue-status':
      return replies.queues(control.processes(), process.version);
    case 'api-version':
      return apiVersion(process, command, from);
    case 'show-process':
      return processLines(control.processes(), command.json);
    case 'show-neighbor':
      return neighborLines(
        command.form,
        shown(from.peers(), command.peer).map(neighborStatus),
        process.version,
      );
    case 'show-adj-rib':
      return adjRibReply(process, command, from);
    case 'ping':
      return pingLines(command.text, control.status().uuid);
    case 'shutdown':
    case 'reload':
    case 'restart':
      setImmediate(() => control[command.type]());
      return replies.progress(command.type, process.version);
    case 'reset':
      return replies.progress(command.type, process.version);
  }
}

/** What a peer is told in the software version capability is what `version` says. */
function versionLines({ software }: Informed, process: Process): readonly string[] {
  const [name = '', ...version] = software.split('/');
  return replies.version(name.toLowerCase(), version.join('/'), process.version);
}

/** ExaBGP 4 finds `version` in any line. */
function apiVersion(process: Process, command: CommandOf<'api-version'>, from: Informed): readonly string[] {
  const before = process.version;
  const wanted = command.version;
  if (wanted === undefined) {
    return before === 4 ? versionLines(from, process) : replies.apiVersion(before);
  }
  process.version = wanted;
  return replies.apiVersionSet(wanted, before);
}

function shown(peers: readonly Peer[], address: string | undefined): readonly Peer[] {
  return peers.filter((peer) => address === undefined || peer.name.peer === address);
}

/** @throws CommandError, before the first line, where what was received is not kept */
function adjRibReply(process: Process, command: CommandOf<'show-adj-rib'>, from: Informed): Iterable<string> {
  const peers = shown(from.takers(), command.peer);
  const keeps = command.direction === 'out' || peers.some((peer) => peer.config.adjRibIn);
  if (peers.length > 0 && !keeps) throw new CommandError(1, NOT_KEPT);
  return adjRibLines(process, command, { peers, format: from.routesFormat ?? 'v1' });
}

/** Line by line: a table may be larger than any reply that can be kept. */
function* adjRibLines(
  process: Process,
  command: CommandOf<'show-adj-rib'>,
  { peers, format }: { readonly peers: readonly Peer[]; readonly format: RoutesFormat },
): Generator<string, void> {
  for (const peer of peers) {
    const table = command.direction === 'in' ? peer.adjRibIn.routes() : peer.adjRibOut.routes();
    const neighbor = { name: peer.text, peerAddress: peer.name.peer };
    for (const route of table) {
      const line = adjRibLine(route, neighbor, { request: command, version: process.version, format });
      if (line !== undefined) yield line;
    }
  }
}
