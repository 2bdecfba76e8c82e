import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Answers } from '../../src/daemon/answers.ts';
import { Executor } from '../../src/daemon/execute.ts';
import type { Peer } from '../../src/daemon/peer.ts';
import type { Process } from '../../src/daemon/processes.ts';
import { Seldom } from '../../src/hooks/seldom.ts';

function rig(peers: readonly Peer[] = []) {
  const replies: string[] = [];
  const logged: string[] = [];
  const refuse = () => {
    throw new Error('not asked for');
  };
  const executor = new Executor({
    peers: () => peers,
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
    moved: refuse,
    log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    version: '1',
    reasons: true,
  });
  const process: Process = {
    config: { name: 'cat', commandsAll: false },
    version: 5,
    ack: true,
    refusals: new Seldom(() => 0),
    answers: new Answers({ reply: (lines) => void replies.push(...lines), hold: refuse }),
    batch: undefined,
    sync: false,
    commands: 0,
    refused: 0,
    reply: (lines) => void replies.push(...lines),
  };
  const say = (text: string) => executor.execute(process, { text });
  return { replies, logged, say };
}

it('does not answer its own replies: cat and tee give back what they read', () => {
  const { replies, say } = rig();
  say('{ "type": "update" }');
  for (let at = 0; at < replies.length && at < 100; at++) say(replies[at] as string);
  expect(replies).toHaveLength(2);
  say('done');
  expect(replies).toHaveLength(2);
});

it('logs a flood of refused commands by its count', () => {
  const { replies, logged, say } = rig();
  for (let i = 0; i < 1000; i++) say(`garbage ${i}`);
  expect(logged).toHaveLength(50);
  expect(replies).toHaveLength(2000);
});

it('says that received routes are not kept, and does not say that there are none', () => {
  const forgetful = { config: { adjRibIn: false }, name: { peer: '192.0.2.1' } } as unknown as Peer;
  const { replies, say } = rig([forgetful]);
  say('show adj-rib in');
  expect(replies.splice(0)).toEqual([
    "error: column 1: received routes are not kept: 'adj-rib-in true;' in the neighbor keeps them",
    'error',
  ]);
  say('show adj-rib in 192.0.2.2');
  expect(replies).toEqual(['done']);
});
