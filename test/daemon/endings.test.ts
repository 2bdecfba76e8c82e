import { describe, expect, it } from 'vitest';
import { IPV6_UNICAST } from '../../src/bgp/family.ts';
import type { Negotiated } from '../../src/bgp/negotiated.ts';
import { cease, hardReset, isHardReset, tooManyPrefixes } from '../../src/bgp/notification.ts';
import { finalEnd, stopEnding, teardownEnding } from '../../src/daemon/endings.ts';
import { toHex } from '../../src/wire/hex.ts';
import { NEGOTIATED } from '../events/samples.ts';

function agreed(notification: boolean | undefined): Negotiated {
  const gracefulRestart =
    notification === undefined ? undefined : { timeSeconds: 60, notification, families: [] };
  return { ...NEGOTIATED, gracefulRestart };
}

function shown(told: ReturnType<typeof cease> | undefined): string {
  return told === undefined ? 'nothing' : `${told.code}/${told.subcode} ${toHex(told.data)}`.trim();
}

describe('the end of a session', () => {
  it.each([
    { why: 'shutdown', n: undefined, told: '6/2' },
    { why: 'shutdown', n: false, told: 'nothing' },
    { why: 'shutdown', n: true, told: 'nothing' },
    { why: 'removed', n: undefined, told: '6/3' },
    { why: 'removed', n: false, told: '6/3' },
    { why: 'removed', n: true, told: '6/9 0603' },
    { why: 'reconfigured', n: true, told: `6/9 0603${Buffer.from('Peer De-configured').toString('hex')}` },
  ] as const)('$why, N bit $n: $told', ({ why, n, told }) => {
    expect(shown(stopEnding(why, agreed(n)).notification)).toBe(told);
  });

  it.each([
    { subcode: 4, text: 'bye', n: undefined, told: '6/4 03627965' },
    { subcode: 4, text: 'bye', n: false, told: 'nothing' },
    { subcode: 9, text: 'bye', n: false, told: '6/9 060403627965' },
    { subcode: 9, text: undefined, n: undefined, told: '6/9 0604' },
  ])('teardown $subcode, N bit $n: $told', ({ subcode, text, n, told }) => {
    expect(shown(teardownEnding(subcode, text, agreed(n)).notification)).toBe(told);
  });

  it('names the limit that was passed, RFC 4486', () => {
    const told = tooManyPrefixes(IPV6_UNICAST, 1000);
    expect(shown(told)).toBe('6/1 000201000003e8');
    expect(shown(finalEnd(told, agreed(true)))).toBe('6/9 0601000201000003e8');
    expect(finalEnd(told, agreed(false))).toBe(told);
  });

  it('knows a hard reset', () => {
    expect(isHardReset(hardReset(cease(3)))).toBe(true);
    expect(isHardReset(cease(4))).toBe(false);
    expect(isHardReset({ code: 2, subcode: 9, data: new Uint8Array(0) })).toBe(false);
  });
});
