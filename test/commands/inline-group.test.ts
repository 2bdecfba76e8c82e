import { describe, expect, it } from 'vitest';
import { groupedCommand, inlineGroup } from '../../src/commands/inline-group.ts';

const FLOW = 'announce flow route { match { source 4.4.4.4/32; } then { discard; } }';

describe('a group in one line', () => {
  it.each([
    ['group announce route 10.0.0.0/8 next-hop self', ['announce route 10.0.0.0/8 next-hop self']],
    ['peer * group A ; B;C ;', ['peer * A', 'peer * B', 'peer * C']],
    [
      `neighbor 192.0.2.1 local-as 1 group ${FLOW} ; A`,
      [`neighbor 192.0.2.1 local-as 1 ${FLOW}`, 'neighbor 192.0.2.1 local-as 1 A'],
    ],
    [
      'group attributes med 9 next-hop 10.0.0.1 ; announce route 10.7.7.0/24 ; withdraw route 10.7.5.0/24',
      ['announce route 10.7.7.0/24 med 9 next-hop 10.0.0.1', 'withdraw route 10.7.5.0/24'],
    ],
  ])('%s', (line, commands) => {
    const group = inlineGroup(line);
    expect(group?.commands.map((each) => groupedCommand(group, each))).toEqual(commands);
  });

  it.each(['group start', 'group end ', 'announce route 10.0.0.0/8 next-hop self name group', 'version'])(
    '%s is none',
    (line) => {
      expect(inlineGroup(line)).toBeUndefined();
    },
  );
});
