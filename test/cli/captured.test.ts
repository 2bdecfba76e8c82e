import { describe, expect, it } from 'vitest';
import { capturedBmp, capturedStreams } from '../../src/cli/captured.ts';
import { fromHex } from '../../src/wire/hex.ts';
import { pcap } from '../support/pcap.ts';

const INITIATION = '0300000006' + '04';
const TERMINATION = '0300000006' + '05';
const ENDS = { from: '192.0.2.1', to: '192.0.2.9' } as const;
const at = (sequence: number, hex: string) => ({
  ...ENDS,
  sequence,
  octets: fromHex(hex) ?? new Uint8Array(),
});
const never = (reason: string): never => {
  throw new Error(reason);
};
const sent = (file: Uint8Array) =>
  capturedBmp(file, never).map((chunks) => Buffer.concat(chunks.map(({ octets }) => octets)).toString('hex'));

describe('capturedBmp', () => {
  it('leaves out the message that octets lack of, and goes on in the same connection', () => {
    const cut = INITIATION.slice(0, 6);
    const rest = `${TERMINATION.slice(6)}${INITIATION.repeat(2)}${TERMINATION}`;
    const file = pcap([at(1, INITIATION + cut), at(20, rest)]);
    expect(sent(file)).toEqual([INITIATION + INITIATION.repeat(2) + TERMINATION]);
  });

  it('keeps the connections between the same ports apart', () => {
    const file = pcap([
      { ...ENDS, sequence: 0, syn: true },
      at(1, INITIATION),
      { ...ENDS, sequence: 500, syn: true },
      at(501, TERMINATION),
    ]);
    expect(sent(file)).toEqual([INITIATION, TERMINATION]);
  });
});

describe('capturedStreams', () => {
  const UPDATE = `${'ff'.repeat(16)}00170200000000`;
  const MONITORING = `0300000047${'00'.repeat(43)}${UPDATE}`;

  it('gives what is before the place where a file is cut off, and says where that is', () => {
    const file = pcap([{ ...ENDS, sequence: 0, syn: true }, at(1, INITIATION), at(7, TERMINATION)]);
    const reasons: string[] = [];
    const [stream] = capturedStreams(file.subarray(0, -1), (reason) => void reasons.push(reason));
    expect(stream).toMatchObject({ kind: 'bmp', whole: true });
    expect(stream?.chunks).toHaveLength(1);
    expect(reasons).toEqual([expect.stringMatching(/^octet \d+: the last packet is cut off$/)]);
  });

  it.each([
    { what: 'BGP messages', hex: `0304${UPDATE.repeat(3)}`, kind: 'bgp', from: 2 },
    { what: 'one BGP message', hex: `000000${UPDATE}`, kind: 'bgp', from: 3 },
    { what: 'BMP messages', hex: `00${MONITORING.repeat(3)}`, kind: 'bmp', from: 1 },
    // what looks like the header of a message that is cut off is none
    { what: 'BGP behind a header of BMP', hex: `03000010000000${UPDATE}`, kind: 'bgp', from: 7 },
  ])('finds $what amid a connection', ({ hex, kind, from }) => {
    const [stream, ...others] = capturedStreams(pcap([at(7, hex)]), never);
    expect(others).toEqual([]);
    expect(stream?.kind).toBe(kind);
    expect(stream?.chunks[0]?.octets.length).toBe(hex.length / 2 - from);
  });
});
