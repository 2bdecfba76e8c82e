import { describe, expect, it } from 'vitest';
import { capabilityTlvs } from '../../src/bgp/capabilities/index.ts';
import { ROLES } from '../../src/bgp/capabilities/role.ts';
import { NotificationError } from '../../src/bgp/errors.ts';
import { makeOpen } from '../../src/bgp/open.ts';
import { checkOpen } from '../../src/bgp/open-check.ts';
import { type Role, routeLeak, withOtc } from '../../src/bgp/roles.ts';

function open(...roles: readonly number[]) {
  return makeOpen({
    as: 65002,
    holdTimeSeconds: 90,
    routerId: 2,
    capabilityTlvs: roles.flatMap((role) => capabilityTlvs('role', role)),
  });
}

function verdict(role: Role, theirs: readonly number[], { strict = false, localAs = 65001 } = {}): string {
  const expected = { peerAs: 65002, localAs, routerId: 1, asn4: true, role: { role, strict } };
  try {
    checkOpen(open(...theirs), expected);
    return 'accepted';
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    return `${err.code}/${err.subcode} ${err.message}`;
  }
}

const PAIRS = new Set([
  'provider customer',
  'customer provider',
  'rs rs-client',
  'rs-client rs',
  'peer peer',
]);

describe('roles', () => {
  it.each(ROLES.flatMap((ours) => ROLES.map((theirs) => ({ ours, theirs }))))(
    'of RFC 9234 table 2: $ours with $theirs',
    ({ ours, theirs }) => {
      const expected = PAIRS.has(`${ours} ${theirs}`)
        ? 'accepted'
        : `2/11 the peer has the role ${theirs}, ours is ${ours}`;
      expect(verdict(ours, [ROLES.indexOf(theirs)])).toBe(expected);
    },
  );

  it.each([
    { what: 'none', theirs: [], verdict: 'accepted' },
    {
      what: 'none where ours is strict',
      theirs: [],
      strict: true,
      verdict: '2/11 the peer has no role, and ours is strict',
    },
    { what: 'the same twice', theirs: [3, 3], verdict: 'accepted' },
    { what: 'two', theirs: [3, 4], verdict: '2/11 the peer has more than one role' },
    { what: 'an unassigned one', theirs: [9], verdict: '2/11 the peer has the role 9, ours is provider' },
    { what: 'a wrong one inside of our AS', theirs: [0], localAs: 65002, verdict: 'accepted' },
  ])('$what', ({ theirs, verdict: expected, ...more }) => {
    expect(verdict('provider', theirs, more)).toBe(expected);
  });
});

/** RFC 9234 section 5; the peer's AS is 65002, ours 65001. */
describe('only to customer', () => {
  it.each([
    { peer: 'customer', otc: 65009, leak: true },
    { peer: 'rs-client', otc: 65009, leak: true },
    { peer: 'peer', otc: 65009, leak: true },
    { peer: 'peer', otc: 65002, leak: false },
    { peer: 'provider', otc: 65009, leak: false },
    { peer: 'rs', otc: 65009, leak: false },
    { peer: 'customer', otc: undefined, leak: false },
    { peer: 'peer', otc: undefined, leak: false },
  ] as const)('received from a $peer with $otc: leak $leak', ({ peer, otc, leak }) => {
    expect(routeLeak(otc, peer, 65002) !== undefined).toBe(leak);
  });

  it.each([
    { peer: 'customer', otc: undefined, sent: 65001 },
    { peer: 'rs-client', otc: undefined, sent: 65001 },
    { peer: 'peer', otc: undefined, sent: 65001 },
    { peer: 'provider', otc: undefined, sent: undefined },
    { peer: 'rs', otc: undefined, sent: undefined },
    { peer: 'customer', otc: 65009, sent: 65009 },
    { peer: 'rs-client', otc: 65009, sent: 65009 },
  ] as const)('goes to a $peer with $otc as $sent', ({ peer, otc, sent }) => {
    const attributes = otc === undefined ? {} : { otc };
    expect(withOtc(attributes, peer, 65001)?.otc).toBe(sent);
  });

  it.each(['provider', 'rs', 'peer'] as const)('does not go to a %s', (peer) => {
    expect(withOtc({ otc: 65001 }, peer, 65001)).toBeUndefined();
  });
});
