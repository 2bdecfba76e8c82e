import { pino } from 'pino';
import type { ApiVersion } from '../../src/bgp/json.ts';
import { Answers } from '../../src/daemon/answers.ts';
import type { Process } from '../../src/daemon/commander.ts';
import { Executor, type ExecutorOptions } from '../../src/daemon/execute.ts';
import type { Peer } from '../../src/daemon/peer.ts';
import { Seldom } from '../../src/hooks/seldom.ts';

/** Of a daemon with these neighbors, that nothing but its neighbors is asked of. */
export function executing(peers: readonly Peer[], write: (line: string) => void): ExecutorOptions {
  const refuse = () => {
    throw new Error('not asked for');
  };
  return {
    peers: () => peers,
    takers: () => peers,
    bmp: () => [],
    control: {
      shutdown: refuse,
      reload: refuse,
      restart: refuse,
      status: refuse,
      processes: () => [],
      ready: refuse,
      createNeighbor: refuse,
      deleteNeighbor: refuse,
    },
    moved: () => undefined,
    journal: () => undefined,
    noted: () => false,
    log: pino({ level: 'warn' }, { write }),
    software: 'Peerline/1',
    reasons: true,
  };
}

/** What a process is answered by a daemon with these neighbors. */
export function rig(
  peers: readonly Peer[] = [],
  version: ApiVersion = 5,
  more: Partial<ExecutorOptions> = {},
) {
  const replies: string[] = [];
  const logged: string[] = [];
  const executor = new Executor({ ...executing(peers, (line) => void logged.push(line)), ...more });
  const process: Process = {
    config: { name: 'cat', commandsAll: false },
    version,
    ack: true,
    refusals: new Seldom(() => 0),
    answers: new Answers({ reply: (lines) => void replies.push(...lines), hold: () => undefined }),
    batch: undefined,
    sync: false,
    commands: 0,
    refused: 0,
    reply: (lines) => void replies.push(...lines),
  };
  const say = (text: string) => executor.execute(process, { text });
  return { replies, logged, say, executor, process };
}

/** A neighbor that takes anything, and remembers what. */
export function neighbor(address = '192.0.2.1', established = true, octets = 4) {
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(name);
  const peer = {
    name: {
      peer: address,
      localIp: 'auto',
      localAs: '1',
      peerAs: '2',
      routerId: '1.1.1.1',
      familyAllowed: 'in-open',
    },
    text: `neighbor ${address} local-ip auto local-as 1 peer-as 2 router-id 1.1.1.1 family-allowed in-open`,
    config: {
      peer: { address: new Uint8Array(octets) },
      adjRibIn: true,
      api: [{ processes: ['cat'], processesMatch: [] }],
    },
    established,
    resendAll: note('resend'),
    clear: (direction: string) => void calls.push(`clear ${direction}`),
    sendOperational: () => established,
    adjRibOut: { announce: note('announce'), withdraw: note('withdraw'), routes: () => [] },
    adjRibIn: { routes: () => [] },
    changed: () => undefined,
    teardown: note('teardown'),
  };
  return { peer: peer as unknown as Peer, calls };
}
