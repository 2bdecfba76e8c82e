import { describe, expect, it } from 'vitest';
import { labelStack, labelsToJson, labelsToText, readLabels } from '../../../src/bgp/nlri/labels.ts';
import { Reader } from '../../../src/wire/reader.ts';
import { octets } from './check.ts';

describe('label stack', () => {
  it('sets the bottom bit of the last entry only', () => {
    expect(labelStack([100, 200])).toEqual([0x000640, 0x000c81]);
    expect(labelStack([])).toEqual([]);
  });

  it.each([
    { hex: '000641 0a0000', bits: 48, labels: [0x000641] },
    { hex: '000640 000c81 0a0000', bits: 72, labels: [0x000640, 0x000c81] },
    { hex: '800000 0a0000', bits: 48, labels: [0x800000] },
    { hex: '000000 0a0001', bits: 48, withdraw: true, labels: [0] },
    // RFC 8277 section 2.2: speakers of one label may leave the bottom bit clear.
    { hex: '000640 0a0000', bits: 48, labels: [0x000640] },
  ])('$hex', ({ hex, bits, withdraw = false, labels }) => {
    expect(readLabels(new Reader(octets(hex)), bits, { withdraw })).toEqual(labels);
  });

  it('needs room for a label', () => {
    expect(() => readLabels(new Reader(octets('0a')), 8, { withdraw: false })).toThrow(RangeError);
    expect(() => readLabels(new Reader(octets('000641')), 24, { withdraw: false, reserved: 64 })).toThrow(
      RangeError,
    );
  });

  it('shows the field where asked', () => {
    expect(labelsToJson([0x000641], false)).toEqual([[100]]);
    expect(labelsToJson([0x000640, 0x000c81], true)).toEqual([
      [100, 1600],
      [200, 3201],
    ]);
    expect(labelsToText([0x000641], 5)).toBe(' label 100');
    expect(labelsToText([0x000640, 0x000c81], 5)).toBe(' label [ 100 200 ]');
    expect(labelsToText([0x000641], 6)).toBe(' label 100 (1601)');
  });
});
