import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../../plugins/healthcheck/arguments.ts';
import type { ToldState } from '../../../plugins/healthcheck/fsm.ts';
import { linesFor } from '../../../plugins/healthcheck/lines.ts';

interface Row {
  readonly state: ToldState;
  readonly argv: readonly string[];
  readonly version?: string;
  readonly lines: readonly string[];
}

const AS_PATHS = ['--as-path', '1', '--up-as-path', '2', '--disabled-as-path', '4 5'];
const COMMUNITIES = ['--community', '1:1 1:2', '--disabled-community', '9:9'];

const ROWS: readonly Row[] = [
  { state: 'UP', argv: [], lines: ['announce route 192.0.2.1/32 next-hop self med 100'] },
  { state: 'DOWN', argv: [], lines: ['announce route 192.0.2.1/32 next-hop self med 1000'] },
  { state: 'DISABLED', argv: [], lines: ['announce route 192.0.2.1/32 next-hop self med 500'] },
  { state: 'EXIT', argv: [], lines: ['withdraw route 192.0.2.1/32 next-hop self'] },
  {
    state: 'UP',
    argv: [
      '--ip',
      '2001:DB8::1',
      '--ip',
      '10.0.0.0/30',
      '--increase',
      '10',
      '--up-metric',
      '7',
      '-N',
      '192.0.2.9',
    ],
    lines: [
      'announce route 192.0.2.1/32 next-hop 192.0.2.9 med 7',
      'announce route 2001:db8::1/128 next-hop 192.0.2.9 med 17',
      'announce route 10.0.0.0/30 next-hop 192.0.2.9 med 27',
    ],
  },
  {
    state: 'UP',
    argv: [
      ...['--local-preference', '50', '--large-community', '1:2:3', '--extended-community', 'target:1:2'],
      ...['--community', '65000:1 65000:2', '--as-path', '1 2', '--path-id', '5'],
      ...['--neighbor', '192.0.2.3', '--neighbor', '2001:db8::3'],
    ],
    lines: [
      'neighbor 192.0.2.3, neighbor 2001:db8::3 announce route 192.0.2.1/32 next-hop self med 100 local-preference 50' +
        ' community [ 65000:1 65000:2 ] extended-community [ target:1:2 ] large-community [ 1:2:3 ]' +
        ' as-path [ 1 2 ] path-information 5',
    ],
  },
  {
    state: 'EXIT',
    argv: ['--path-id', '5', '--neighbor', '192.0.2.3', '--community', '1:1'],
    lines: ['neighbor 192.0.2.3 withdraw route 192.0.2.1/32 next-hop self path-information 5'],
  },
  { state: 'UP', argv: AS_PATHS, lines: ['announce route 192.0.2.1/32 next-hop self med 100 as-path [ 2 ]'] },
  {
    state: 'DOWN',
    argv: AS_PATHS,
    lines: ['announce route 192.0.2.1/32 next-hop self med 1000 as-path [ 1 ]'],
  },
  {
    state: 'DISABLED',
    argv: AS_PATHS,
    lines: ['announce route 192.0.2.1/32 next-hop self med 500 as-path [ 4 5 ]'],
  },
  {
    state: 'UP',
    argv: COMMUNITIES,
    lines: ['announce route 192.0.2.1/32 next-hop self med 100 community [ 1:1 1:2 ]'],
  },
  // QUIRK: a service that is down has the communities of a disabled one
  {
    state: 'DOWN',
    argv: COMMUNITIES,
    lines: ['announce route 192.0.2.1/32 next-hop self med 1000 community [ 9:9 ]'],
  },
  {
    state: 'DISABLED',
    argv: COMMUNITIES,
    lines: ['announce route 192.0.2.1/32 next-hop self med 500 community [ 9:9 ]'],
  },
  {
    state: 'UP',
    argv: ['--withdraw-on-down', '--local-preference', '0'],
    lines: ['announce route 192.0.2.1/32 next-hop self med 100 local-preference 0'],
  },
  {
    state: 'DOWN',
    argv: ['--withdraw-on-down'],
    lines: ['withdraw route 192.0.2.1/32 next-hop self'],
  },
  {
    state: 'DISABLED',
    argv: ['--withdraw-on-down'],
    lines: ['withdraw route 192.0.2.1/32 next-hop self'],
  },
  {
    state: 'EXIT',
    argv: ['--neighbor', '*'],
    lines: ['neighbor * withdraw route 192.0.2.1/32 next-hop self'],
  },
  {
    state: 'EXIT',
    argv: ['--neighbor', '*'],
    version: '4',
    lines: ['withdraw route 192.0.2.1/32 next-hop self'],
  },
  { state: 'EXIT', argv: [], version: '6', lines: ['peer * withdraw route 192.0.2.1/32 next-hop self'] },
  {
    state: 'EXIT',
    argv: ['--neighbor', '192.0.2.3', '--neighbor', '192.0.2.4'],
    version: '6',
    lines: ['peer 192.0.2.3, peer 192.0.2.4 withdraw route 192.0.2.1/32 next-hop self'],
  },
  // no argument makes a second line
  {
    state: 'UP',
    argv: ['--community', '1:1\nshutdown'],
    lines: ['announce route 192.0.2.1/32 next-hop self med 100 community [ 1:1 shutdown ]'],
  },
];

describe('lines', () => {
  it.each(ROWS)('$state $argv', ({ state, argv, version = '5', lines }) => {
    const options = parseArguments(['--ip', '192.0.2.1', ...argv], () => '');
    expect(linesFor({ state, networks: options.ip, options, apiVersion: version })).toEqual(lines);
  });
});
