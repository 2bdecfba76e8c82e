import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { IPV4_UNICAST, IPV6_UNICAST } from '../../src/bgp/family.ts';
import { nlriKey } from '../../src/bgp/nlri/index.ts';
import { decodeUpdate } from '../../src/bgp/update.ts';
import { AdjRibIn } from '../../src/rib/adj-rib-in.ts';
import { fromHex } from '../../src/wire/hex.ts';

function update(hex: string) {
  const octets = fromHex(hex.replaceAll(' ', ''));
  if (octets === undefined) throw new Error(hex);
  return { octets, value: decodeUpdate(octets, DEFAULT_CONTEXT) };
}

const TWO = '0000 0015 40010100 400200 400304c0000201 40050400000064 180a0000 180a0001';
const REPLACED = '0000 0015 40010102 400200 400304c0000202 40050400000064 180a0000';
const SIX =
  '0000 002d 40010100 400200 40050400000064 800e1c 0002 01 10 20010db8000000000000000000000001 00 30 20010db80000';

const keys = (rib: AdjRibIn) => [...rib.routes()].map(({ nlri }) => nlriKey(nlri));

describe('AdjRibIn', () => {
  it('holds the latest of each route', () => {
    const rib = new AdjRibIn();
    for (const hex of [TWO, SIX, REPLACED]) rib.apply(update(hex).value);
    expect(rib.size).toBe(3);
    expect([...rib.routes(IPV4_UNICAST)].map(({ attributes }) => attributes.origin)).toEqual([
      'incomplete',
      'igp',
    ]);
    rib.apply(update('0004 180a0001 0000').value);
    rib.apply(update('0004 180a0009 0000').value);
    expect(rib.size).toBe(2);
    rib.clear(IPV6_UNICAST);
    expect(rib.size).toBe(1);
    rib.clear();
    expect(rib.size).toBe(0);
  });

  it('holds copies: the read buffer may change', () => {
    const rib = new AdjRibIn();
    const { octets, value } = update(
      `0000 001b 40010100 400200 400304c0000201 40050400000064 c06303 010203 180a0000`,
    );
    rib.apply(value);
    const before = keys(rib);
    const [held] = rib.routes();
    octets.fill(255);
    expect(keys(rib)).toEqual(before);
    expect(held?.attributes.raw?.[0]?.value).toEqual(Uint8Array.of(1, 2, 3));
    expect(held?.nextHop?.address).toEqual(Uint8Array.of(192, 0, 2, 1));
  });
});
