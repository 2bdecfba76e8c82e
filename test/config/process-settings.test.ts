import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import { PROCESS_DEFAULTS } from '../../src/config/model.ts';

const environment = readEnvironment({});

function load(body: string, api = '') {
  const text = `process p { run /bin/cat; ${body} }
neighbor 192.0.2.2 { router-id 192.0.2.1; local-as 1; peer-as 2; api { processes [ p ]; ${api} } }`;
  return loadConfig({ text, file: '/etc/peerline/test.conf', environment }).config;
}

const settings = (body: string) => load(body).processes[0]?.settings;

function errors(body: string): string {
  try {
    load(body);
    return '';
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    return err.message;
  }
}

describe('settings of a process', () => {
  it('have defaults', () => expect(settings('')).toEqual(PROCESS_DEFAULTS));

  it.each([
    ['queue block;', { queue: { policy: 'block' } }],
    [
      'queue spill var/spill;',
      { queue: { policy: 'spill', spill: { directory: '/etc/peerline/var/spill' } } },
    ],
    [
      'queue { spill-bytes 2g; policy spill /var/spill; limit-bytes 64K; limit-lines 10; }',
      {
        queue: {
          policy: 'spill',
          limitBytes: 65_536,
          limitLines: 10,
          spill: { directory: '/var/spill', limitBytes: 2 * 1024 ** 3 },
        },
      },
    ],
    ['queue { policy block; limit-seconds 5; }', { queue: { policy: 'block', limitSeconds: 5 } }],
    [
      'respawn { limit unlimited; window 10; max-delay 2; }',
      { restarts: { limit: undefined, windowSeconds: 10, maxDelaySeconds: 2 } },
    ],
    ['on-exit withdraw;', { onExit: 'withdraw' }],
    ['user daemon; group 7;', { user: { uid: 1, gid: 1, name: 'daemon' }, gid: 7 }],
    ['user 54321;', { user: { uid: 54_321, gid: 54_321, name: undefined } }],
    ['directory state;', { directory: '/etc/peerline/state' }],
    [
      'environment clean; environment A b; environment HOME;',
      { cleanEnvironment: true, environment: { A: 'b', HOME: null } },
    ],
    ['nice -5; memory 256M;', { nice: -5, memoryBytes: 256 * 1024 ** 2 }],
    ['persist /var/lib/peerline; ready 30;', { persist: '/var/lib/peerline', readySeconds: 30 }],
  ])('%s', (body, expected) => expect(settings(body)).toMatchObject(expected));

  it.each([
    ['queue blok;', "did you mean 'block'?"],
    ['queue spill;', 'expected a directory'],
    ['queue { limit-bytes 5; }', 'from 65536, with k, M or G as 16M'],
    ['queue { limit-lines many; }', 'expected a number of lines from 10'],
    ['respawn { limits 3; }', "did you mean 'limit'?"],
    ['on-exit forget;', 'keep, withdraw'],
    ['user no-such-user-here;', 'a user of /etc/passwd, or a number'],
    ['group no-such-group-here;', 'a group of /etc/group, or a number'],
    ['nice 20;', 'a niceness from -20 to 19'],
    ['environment 1A b;', 'the name of a variable'],
    ['ready 0;', 'from 1 to 86400'],
  ])('%s is refused', (body, reason) => expect(errors(body)).toContain(reason));

  it('snapshot is asked for in receive', () => {
    expect(load('', 'receive { snapshot; }').neighbors[0]?.api[0]?.snapshot).toBe(true);
    expect(load('', 'receive { parsed; update; }').neighbors[0]?.api[0]?.snapshot).toBe(false);
  });
});
