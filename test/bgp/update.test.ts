import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CodecContext, DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { NotificationError } from '../../src/bgp/errors.ts';
import { familyId, IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { parseRoute } from '../../src/bgp/route.ts';
import { decodeUpdate, encodeEndOfRib, encodeUpdates } from '../../src/bgp/update.ts';
import { FieldOverflowError } from '../../src/wire/errors.ts';
import { GENERATORS } from './attributes/generators.ts';
import { hex, toHex, wordsOf } from './words.ts';

const EXTERNAL: CodecContext = {
  asn4: true,
  addPath: new Set(),
  maxMessageLength: 4096,
  peering: 'external',
  families: new Set([IPV4_UNICAST, IPV6_UNICAST]),
};
const INTERNAL: CodecContext = { ...EXTERNAL, peering: 'internal' };

const ORIGIN = '40010100';
const PATH = '40020602010000fde9';
const NEXT_HOP = '400304c0000201';
const NLRI = '18cb0071';
const NH6 = '20010db8000000000000000000000001';

/** A body with nothing withdrawn. */
function body(attributes: string, nlri = NLRI): Uint8Array {
  const octets = hex(attributes);
  return hex(`0000${octets.length.toString(16).padStart(4, '0')}${toHex(octets)}${nlri}`);
}

const good = (attribute: string) => body(`${ORIGIN}${PATH}${NEXT_HOP}${attribute}`);

describe('flow specifications that break RFC 8955', () => {
  const FLOW = familyId(1, 133);
  const context: CodecContext = { ...EXTERNAL, families: new Set([FLOW]) };
  const flow = (rules: string) => {
    const nlri = hex(`0001 85 00 00 ${rules}`);
    const length = nlri.length.toString(16).padStart(2, '0');
    return body(`${ORIGIN}${PATH} 800e${length}${toHex(nlri)}`, '');
  };
  const GOOD = '03 03 81 06';

  it.each([
    ['a component that is not known', '04 63 81 06 00', 'component type 99 is not known'],
    ['a component that ends too late', '02 03 81', '1 octets needed'],
    ['a prefix of 33 bits', '07 01 21 0a00000000', 'prefix length 33'],
    ['components out of order', '06 04 81 50 03 81 06', 'component type 3 is there twice or out of order'],
    ['a component that is there twice', '06 03 81 06 03 81 11', 'component type 3 is there twice'],
    ['no component', '00', 'no component'],
  ])('%s: its UPDATE is treated as withdrawn, and told', (_, rule, reason) => {
    const update = decodeUpdate(flow(`${GOOD} ${rule}`), context);
    expect(update).toMatchObject({ action: 'treat-as-withdraw', announced: [] });
    expect(update.withdrawn).toMatchObject([{ family: FLOW, nlri: [{}, {}] }]);
    expect(update.malformed).toHaveLength(1);
    expect(update.malformed[0]).toMatchObject({
      attribute: 'mp-reach-nlri',
      reason: expect.stringContaining(reason),
    });
    expect(toHex(update.malformed[0]?.octets ?? new Uint8Array(0))).toBe(toHex(hex(rule)));
  });

  it('what somebody else reports is shown as it is', () => {
    const update = decodeUpdate(flow('04 63 81 06 00'), DEFAULT_CONTEXT);
    expect(update).toMatchObject({ action: undefined, malformed: [], withdrawn: [] });
    expect(update.announced).toHaveLength(1);
  });

  it('a good rule is announced', () => {
    expect(decodeUpdate(flow(GOOD), context)).toMatchObject({ action: undefined, malformed: [] });
  });
});

describe('decodeUpdate', () => {
  it('reads routes, withdrawals and attributes in one', () => {
    const mp = `800e1c 0002 01 10 ${NH6} 00 30 20010db80000 800f06 0002 01 10 2001`;
    const update = decodeUpdate(
      hex(`0003 100a09 0040 ${ORIGIN}${PATH}${NEXT_HOP}${mp} ${NLRI}`.replace('0040', '003c')),
      EXTERNAL,
    );
    expect(update.announced.map(({ family }) => family)).toEqual([IPV4_UNICAST, IPV6_UNICAST]);
    expect(update.withdrawn.map(({ family }) => family)).toEqual([IPV4_UNICAST, IPV6_UNICAST]);
    expect(Object.keys(update.attributes)).toEqual(['origin', 'asPath', 'nextHop']);
    expect(update).toMatchObject({ action: undefined, malformed: [], endOfRib: undefined });
  });

  it.each([
    ['00000000', IPV4_UNICAST],
    ['0000 0007 900f 0003 0002 01', IPV6_UNICAST],
    ['0000 0006 800f 03 0001 85', familyId(1, 133)],
  ])('knows the End-of-RIB %s', (octets, family) => {
    expect(decodeUpdate(hex(octets), EXTERNAL).endOfRib).toBe(family);
  });

  it.each([
    [`800e1c 0002 01 10 ${NH6} 00 30 20010db80000`, hex(NH6), undefined],
    [`800e10 0002 01 04 c0000201 00 30 20010db80000`, hex('c0000201'), undefined],
    [`800e2c 0002 01 20 ${NH6}${NH6} 00 30 20010db80000`, hex(NH6), hex(NH6)],
    [`800e19 0001 01 10 ${NH6} 00 180a0000`, hex(NH6), undefined],
    [
      `800e20 0001 80 0c 0000000000000000 c0000201 00 70 000641 0000fde800000001 0a0000`,
      hex('c0000201'),
      undefined,
    ],
  ])('reads the next hop of %s', (attribute, address, linkLocal) => {
    const update = decodeUpdate(body(`${ORIGIN}${PATH}${attribute}`, ''), {
      ...EXTERNAL,
      families: undefined,
    });
    expect(update.announced[0]?.nextHop).toEqual(
      linkLocal === undefined ? { address } : { address, linkLocal },
    );
  });

  it('reports of others are not judged', () => {
    const update = decodeUpdate(body('40050400000064 400304e0000001'), DEFAULT_CONTEXT);
    expect(update.malformed).toEqual([]);
    expect(update.attributes).toEqual({ localPreference: 100, nextHop: hex('e0000001') });
    expect(update.announced).toHaveLength(1);
  });

  it('takes the flags of reports as they are, unless it is asked to judge them', () => {
    const octets = body(`00010100${PATH}${NEXT_HOP}c0080400010002e020 0c000000010000000200000003`);
    const update = decodeUpdate(octets, DEFAULT_CONTEXT);
    expect(update).toMatchObject({ malformed: [], withdrawn: [], attributes: { origin: 'igp' } });
    const judged = decodeUpdate(octets, { ...DEFAULT_CONTEXT, judgesFlags: true });
    expect(judged).toMatchObject({ action: 'treat-as-withdraw', announced: [] });
    expect(judged.malformed.map(({ attribute }) => attribute)).toEqual(['origin']);
  });

  it('takes AS 0 in reports as it is, which it refuses from a peer', () => {
    const octets = body(`${ORIGIN}40020a02020000fde900000000${NEXT_HOP}c007080000000001010101`);
    const { attributes, malformed, announced } = decodeUpdate(octets, DEFAULT_CONTEXT);
    expect(malformed).toEqual([]);
    expect(attributes.asPath).toEqual([{ type: 'sequence', asns: [65001, 0] }]);
    expect(attributes.aggregator).toMatchObject({ as: 0 });
    expect(announced).toHaveLength(1);
    const judged = decodeUpdate(octets, EXTERNAL).malformed;
    expect(judged.map(({ attribute, action }) => [attribute, action])).toEqual([
      ['as-path', 'treat-as-withdraw'],
      ['aggregator', 'attribute-discard'],
    ]);
  });

  it('treats as withdrawn what it would have announced', () => {
    const update = decodeUpdate(body(`40010103${PATH}${NEXT_HOP}`), EXTERNAL);
    expect(update).toMatchObject({ action: 'treat-as-withdraw', announced: [] });
    expect(update.withdrawn).toEqual([{ family: IPV4_UNICAST, nlri: [expect.anything()] }]);
  });
});

describe('RFC 7606: the strongest action', () => {
  it.each([
    ['ORIGIN length 2', body(`4001020000${PATH}${NEXT_HOP}`), 'treat-as-withdraw'],
    ['ORIGIN missing', body(`${PATH}${NEXT_HOP}`), 'treat-as-withdraw'],
    ['NEXT_HOP missing', body(`${ORIGIN}${PATH}`), 'treat-as-withdraw'],
    ['NLRI without attributes', body(''), 'treat-as-withdraw'],
    ['MP EoR and NLRI without attributes', body('800f03000201'), 'treat-as-withdraw'],
    ['AS 0 in AS_PATH', body(`${ORIGIN}40020a02020000fde900000000${NEXT_HOP}`), 'treat-as-withdraw'],
    ['NEXT_HOP 0.0.0.0', body(`${ORIGIN}${PATH}40030400000000`), 'treat-as-withdraw'],
    ['MED flagged transitive', good('c0040400000000'), 'treat-as-withdraw'],
    ['an attribute that overruns', good('c0082000010002'), 'treat-as-withdraw'],
    ['two octets left', good('c008'), 'treat-as-withdraw'],
    ['LOCAL_PREF from an external peer', good('400503000064'), 'attribute-discard'],
    ['ATOMIC_AGGREGATE length 1', good('40060100'), 'attribute-discard'],
    ['AGGREGATOR length 7', good('c007070000fde90a0000'), 'attribute-discard'],
    ['AS4_PATH between new speakers', good('c0110602010000fde9'), 'attribute-discard'],
    ['AIGP of one octet', good('801a0101'), 'attribute-discard'],
    ['a family that was not agreed on', good('800e0b00018500000301180a0101'), 'attribute-discard'],
    ['ORIGIN twice', good('40010102'), 'attribute-discard'],
    ['LARGE_COMMUNITY without value', good('c02000'), 'treat-as-withdraw'],
    ['an unknown transitive attribute', good('c0ff03000000'), undefined],
    ['attribute code 0', good('c0000100'), undefined],
  ])('%s', (_, octets, action) => {
    const update = decodeUpdate(octets, EXTERNAL);
    expect(update.action).toBe(action);
    expect(update.malformed.length).toBe(action === undefined ? 0 : 1);
  });

  it.each([
    ['withdrawn routes longer than the message', hex('ff000000'), 3, 1],
    ['attributes longer than the message', hex('0000ffff4001'), 3, 1],
    ['NLRI of 33 bits', body(`${ORIGIN}${PATH}${NEXT_HOP}`, '21cb007100'), 3, 10],
    ['NLRI cut', body(`${ORIGIN}${PATH}${NEXT_HOP}`, '18cb00'), 3, 10],
    ['withdrawn route cut', hex('0002 18cb 0000'), 3, 10],
    ['unknown well-known attribute', good('40fa0100'), 3, 2],
    [
      'MP_REACH twice',
      body(`${ORIGIN}${PATH}${`800e1a0002011020010db8${'00'.repeat(12)}001020010db8`.repeat(2)}`),
      3,
      1,
    ],
    ['MP_REACH of four octets', good('800e0400020110'), 3, 9],
    ['MP_REACH with a next hop of nine', good(`800e130002010920010db80000000000002020010db8`), 3, 9],
    ['MP_UNREACH of two octets', good('800f020002'), 3, 9],
    ['MP_UNREACH cut', good('800f080002014020010db8'), 3, 9],
    ['an error without routes to withdraw', body(`40010103${PATH}`, ''), 3, 6],
    ['wrong flags without routes to withdraw', body('c0010100', ''), 3, 4],
  ])('session reset: %s', (_, octets, code, subcode) => {
    expect(resetOf(() => decodeUpdate(octets, EXTERNAL))).toMatchObject({ code, subcode });
  });

  it('never fails otherwise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (noise, framed) => {
        const octets = framed ? good(toHex(noise)) : noise;
        for (const context of [EXTERNAL, INTERNAL, DEFAULT_CONTEXT]) {
          try {
            decodeUpdate(octets, context);
          } catch (err) {
            if (!(err instanceof NotificationError)) throw err;
            expect(err.code).toBe(3);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

function resetOf(run: () => unknown): NotificationError {
  try {
    run();
  } catch (err) {
    if (err instanceof NotificationError) return err;
    throw err;
  }
  throw new Error('no session reset');
}

const route = (text: string) => parseRoute(wordsOf(`${text} next-hop 192.0.2.1`))[0]?.nlri;
const many = (count: number) =>
  parseRoute(wordsOf(`10.0.0.0/8 next-hop 192.0.2.1 split /${8 + Math.log2(count)}`)).map((one) => one.nlri);

describe('encodeUpdates', () => {
  const attributes = { origin: 'igp', asPath: [] } as const;
  const nextHop = { address: hex('c0000201') };
  const bodies = (messages: readonly Uint8Array[]) => messages.map((one) => toHex(one.subarray(19)));

  it('withdraws in the plain field and in MP_UNREACH_NLRI alone', () => {
    const v4 = { family: IPV4_UNICAST, nlri: [route('10.0.0.0/24')].filter((one) => one !== undefined) };
    const v6 = { family: IPV6_UNICAST, nlri: [route('2001:db8::/48')].filter((one) => one !== undefined) };
    expect(bodies(encodeUpdates({ attributes: {}, withdrawn: v4 }, EXTERNAL))).toEqual(['0004180a00000000']);
    expect(bodies(encodeUpdates({ attributes, withdrawn: v6 }, EXTERNAL))).toEqual([
      '0000000d800f0a0002013020010db80000',
    ]);
  });

  it('takes the next hop from the routes alone', () => {
    const announced = { family: IPV4_UNICAST, nextHop, nlri: many(1) };
    const [octets] = encodeUpdates(
      { attributes: { ...attributes, nextHop: hex('01010101') }, announced },
      EXTERNAL,
    );
    expect(toHex(octets as Uint8Array)).toContain('400304c0000201');
  });

  it.each([4096, 65535])('splits to messages of at most %d octets and loses nothing', (maxMessageLength) => {
    const context = { ...EXTERNAL, maxMessageLength, families: undefined };
    const nlri = many(4096);
    const messages = encodeUpdates(
      { attributes, announced: { family: IPV4_UNICAST, nextHop, nlri } },
      context,
    );
    expect(messages.every((one) => one.length <= maxMessageLength)).toBe(true);
    const back = messages.flatMap((one) =>
      decodeUpdate(one.subarray(19), context).announced.flatMap((each) => each.nlri),
    );
    expect(back).toEqual(nlri);
  });

  it('refuses attributes that leave no room', () => {
    const large = { ...attributes, community: Array.from({ length: 1100 }, (_, i) => i) };
    const update = { attributes: large, announced: { family: IPV4_UNICAST, nextHop, nlri: many(1) } };
    expect(() => encodeUpdates(update, EXTERNAL)).toThrow(FieldOverflowError);
    expect(encodeUpdates(update, { ...EXTERNAL, maxMessageLength: 65535 })).toHaveLength(1);
  });

  it('writes path identifiers where they were agreed', () => {
    const context = { ...EXTERNAL, addPath: new Set([IPV4_UNICAST]) };
    const nlri = parseRoute(wordsOf('10.0.0.0/24 next-hop 1.1.1.1 path-information 1.2.3.4')).map(
      (one) => one.nlri,
    );
    const [octets] = encodeUpdates(
      { attributes, announced: { family: IPV4_UNICAST, nextHop, nlri } },
      context,
    );
    expect(toHex(octets as Uint8Array)).toMatch(/01020304180a0000$/);
  });

  it.each([
    [IPV4_UNICAST, '00000000'],
    [IPV6_UNICAST, '00000007900f0003000201'],
    [familyId(1, 133), '00000007900f0003000185'],
  ])('ends the RIB of %d', (family, expected) => {
    expect(bodies([encodeEndOfRib(family)])).toEqual([expected]);
  });

  it('is read back whole', () => {
    const {
      mpReach: _a,
      mpUnreach: _b,
      as4Path: _c,
      as4Aggregator: _d,
      nextHop: _e,
      ...generators
    } = GENERATORS;
    const sets = fc.record(
      { ...generators, asPath: fc.constant([]) },
      { requiredKeys: ['origin', 'asPath'] },
    );
    fc.assert(
      fc.property(sets, (all) => {
        const announced = { family: IPV4_UNICAST, nextHop, nlri: many(2) };
        const [octets] = encodeUpdates({ attributes: all, announced }, INTERNAL);
        const update = decodeUpdate((octets as Uint8Array).subarray(19), INTERNAL);
        expect(update.attributes).toEqual({ ...all, nextHop: nextHop.address });
        expect(update.announced).toEqual([announced]);
      }),
      { numRuns: 60 },
    );
  });
});
