import { expect, it } from 'vitest';
import { joinConfigs, sharedNeighbors } from '../../src/config/join.ts';
import { loadConfig } from '../../src/config/load.ts';

const resolveProgram = (program: string) => ({ path: program, problem: undefined });

function loaded(file: string, text: string) {
  return { file, config: loadConfig({ text, file, resolveProgram }).config };
}

const neighbor = (address: string, more: string) =>
  `neighbor ${address} { router-id 192.0.2.1; local-address 127.0.0.1; local-as 65001; peer-as 65002; ${more} }`;
const process = (name: string) => `process ${name} { run /bin/${name}; encoder json; }`;

it('one file is what it is', () => {
  const one = loaded(
    'a.conf',
    `process p { run /bin/p; receive { parsed; update; } } ${neighbor('127.0.0.2', '')}`,
  );
  expect(joinConfigs([one])).toBe(one.config);
});

it('processes of one name in two files are two', () => {
  const { processes, neighbors } = joinConfigs([
    loaded('a.conf', `${process('p')} ${neighbor('127.0.0.2', 'api { processes [ p ]; }')}`),
    loaded(
      'b.conf',
      `${process('p')} ${process('q')} ${neighbor('127.0.0.3', 'api { processes-match [ "p|q" ]; }')}`,
    ),
  ]);
  expect(processes.map(({ name, nameInFile }) => [name, nameInFile])).toEqual([
    ['p', undefined],
    ['p@b.conf', 'p'],
    ['q', undefined],
  ]);
  expect(neighbors.map(({ api }) => api.map((each) => [each.processes, each.processesMatch]))).toEqual([
    [[['p'], []]],
    [[['p@b.conf', 'q'], []]],
  ]);
});

it('a process of 3.x commands the neighbors of its file', () => {
  const old = (address: string) => neighbor(address, 'process p { run /bin/p; }');
  const { processes, neighbors } = joinConfigs([
    loaded('a.conf', `${old('127.0.0.2')} ${neighbor('127.0.0.4', '')}`),
    loaded('b.conf', old('127.0.0.3')),
  ]);
  expect(processes.map(({ commandsAll }) => commandsAll)).toEqual([false, false]);
  const commanded = neighbors.map(({ api }) => [...new Set(api.flatMap((each) => each.processes))]);
  expect(commanded).toEqual([['p'], ['p'], ['p@b.conf']]);
});

it('a neighbor can be in one file alone', () => {
  const [a, b] = [loaded('a.conf', neighbor('127.0.0.2', '')), loaded('b.conf', neighbor('127.0.0.2', ''))];
  expect(sharedNeighbors([a])).toEqual([]);
  expect(sharedNeighbors([a, b])).toEqual([expect.stringContaining('127.0.0.2')]);
});
