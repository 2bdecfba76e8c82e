import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ipPacketOf } from '../../src/capture/link.ts';
import { CaptureError, isCapture, packetsOf } from '../../src/capture/pcap.ts';
import { tcpStreams } from '../../src/capture/tcp.ts';
import { frame, type MadeSegment, pcap, pcapng } from '../support/pcap.ts';

const A = { from: '192.0.2.1', to: '192.0.2.9' };
const text = (letters: string) => Uint8Array.from(Buffer.from(letters));

function streams(file: Uint8Array) {
  return tcpStreams(packetsOf(file)).map(({ chunks, ...rest }) => ({
    ...rest,
    text: chunks.map(({ octets }) => Buffer.from(octets).toString()).join(''),
    times: chunks.map(({ timeMs }) => timeMs),
  }));
}

describe.each([
  { name: 'pcap', make: pcap },
  { name: 'pcapng', make: pcapng },
])('$name', ({ make }) => {
  const read = (...segments: MadeSegment[]) => streams(make(segments));

  it('is known by its first octets', () => {
    expect(isCapture(make([]))).toBe(true);
    expect(isCapture(Uint8Array.from(Buffer.alloc(30, 3)))).toBe(false);
  });

  it('gives each direction of each connection, in order, with times', () => {
    expect(
      read(
        { ...A, sequence: 99, syn: true, timeMs: 1000 },
        { ...A, sequence: 100, octets: text('ab'), timeMs: 1700000000123.5 },
        { from: A.to, to: A.from, ports: [11019, 40000], sequence: 7, octets: text('xyz') },
        { ...A, sequence: 102, octets: text('cd'), timeMs: 1700000000200 },
      ),
    ).toEqual([
      {
        source: '192.0.2.1:40000',
        destination: '192.0.2.9:11019',
        connection: 0,
        whole: true,
        missing: false,
        text: 'abcd',
        times: [1700000000123.5, 1700000000200],
      },
      {
        source: '192.0.2.9:11019',
        destination: '192.0.2.1:40000',
        connection: 0,
        whole: false,
        missing: false,
        text: 'xyz',
        times: [0],
      },
    ]);
  });

  it('puts segments in order, leaves repetitions out, and tells gaps', () => {
    const [first, second, behind] = read(
      { ...A, sequence: 0xfffffffe, octets: text('ab') },
      { ...A, sequence: 2, octets: text('ef') },
      { ...A, sequence: 0, octets: text('cd') },
      { ...A, sequence: 1, octets: text('defg') },
      { from: '192.0.2.2', to: '192.0.2.9', sequence: 1, octets: text('ab') },
      { from: '192.0.2.2', to: '192.0.2.9', sequence: 9, octets: text('zz') },
    );
    expect(first).toMatchObject({ text: 'abcdefg', missing: false });
    expect(second).toMatchObject({ text: 'ab', missing: true });
    expect(behind).toMatchObject({ text: 'zz', whole: false, missing: false, connection: 0 });
  });

  it('takes segments that were sent again with other ends', () => {
    const found = read(
      { ...A, sequence: 0, octets: text('abc') },
      { ...A, sequence: 6, octets: text('ghi') },
      { ...A, sequence: 12, octets: text('mno') },
      { ...A, sequence: 2, octets: text('cdefgh') },
      { ...A, sequence: 9, octets: text('jklm') },
    );
    expect(found.map((one) => one.text)).toEqual(['abcdefghijklmno']);
  });

  it('keeps the longer of two that begin at the same octet, and came early', () => {
    const segments = [
      { ...A, sequence: 100, octets: text('ab') },
      { ...A, sequence: 104, octets: text('efgh') },
      { ...A, sequence: 104, octets: text('ef') },
      { ...A, sequence: 102, octets: text('cd') },
    ];
    expect(read(...segments)).toMatchObject([{ text: 'abcdefgh', missing: false }]);
  });

  it('goes on behind a gap that is never filled', () => {
    const many = Array.from({ length: 1100 }, (_, i) => ({ ...A, sequence: 10 + i, octets: text('x') }));
    const found = read({ ...A, sequence: 0, syn: true }, { ...A, sequence: 1, octets: text('ab') }, ...many);
    expect(found.map((one) => [one.text.length, one.whole, one.missing])).toEqual([
      [2, true, true],
      [1100, false, false],
    ]);
  });

  it('puts the fragments of a packet together', () => {
    const found = read(
      { ...A, sequence: 0, octets: text('abcdefghijklmnopqrstuvwxyz'), fragments: 16 },
      { ...A, sequence: 26, octets: text('0123') },
    );
    expect(found.map((one) => one.text)).toEqual(['abcdefghijklmnopqrstuvwxyz0123']);
  });

  it('reads IPv6 behind a VLAN tag', () => {
    expect(
      read({ from: '2001:db8::1', to: '2001:db8::2', sequence: 1, octets: text('ab'), vlan: true }),
    ).toMatchObject([{ source: '[2001:db8::1]:40000', text: 'ab' }]);
  });

  it('is a new stream when the same ports are used again', () => {
    const found = read(
      { ...A, sequence: 1, octets: text('ab') },
      { ...A, sequence: 500, syn: true },
      { ...A, sequence: 501, octets: text('cd') },
    );
    expect(found.map((one) => one.text)).toEqual(['ab', 'cd']);
  });

  it('begins anew with a connection that was refused, tried again from the same port', () => {
    const found = read(
      { ...A, sequence: 7000, syn: true },
      { ...A, sequence: 7000, syn: true },
      { ...A, sequence: 99, syn: true },
      { ...A, sequence: 100, octets: text('ab') },
    );
    expect(found).toMatchObject([{ text: 'ab', whole: true, missing: false, connection: 0 }]);
  });

  it('that is cut off says where, having given what was before', () => {
    const file = make([{ ...A, sequence: 1, octets: text('ab') }]);
    for (let length = 24; length < file.length; length++) {
      try {
        for (const _ of packetsOf(file.subarray(0, length)));
      } catch (err) {
        expect(err).toBeInstanceOf(CaptureError);
      }
    }
  });

  it('of noise throws CaptureError alone', () => {
    const good = make([
      { ...A, sequence: 1, octets: text('abcdef') },
      { from: '::1', to: '::2', sequence: 5, octets: text('x') },
    ]);
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => {
        const bad = good.slice();
        bad[at] = value;
        if (!isCapture(bad)) return;
        try {
          tcpStreams(packetsOf(bad));
        } catch (err) {
          expect(err).toBeInstanceOf(CaptureError);
        }
      }),
    );
  });
});

describe('packets within packets', () => {
  const inner = { ...A, sequence: 1, octets: text('ab') };
  const ethernet = frame(inner);
  const ip = ethernet.slice(14);
  const ip6 = frame({ from: '2001:db8::1', to: '2001:db8::2', sequence: 1, octets: text('ab') }).slice(14);
  const zeros = (count: number) => Array<number>(count).fill(0);
  const within = (protocol: number, payload: readonly number[]) => [
    ...zeros(12),
    ...[8, 0, 0x45, 0, (20 + payload.length) >> 8, (20 + payload.length) & 255],
    ...[0, 0, 0x40, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2],
    ...payload,
  ];
  const udp = (port: number, payload: readonly number[]) =>
    within(17, [0xc0, 0, port >> 8, port & 255, 0, 0, 0, 0, ...payload]);
  const found = (octets: readonly number[]) =>
    tcpStreams([{ timeMs: 0, linkType: 1, octets: Uint8Array.from(octets) }]).map(
      ({ source, chunks }) => `${source} ${chunks.map((one) => Buffer.from(one.octets)).join('')}`,
    );

  it.each([
    { what: 'IPv4 in IPv4', octets: within(4, ip) },
    { what: 'IPv6 in IPv4', octets: within(41, ip6), source: '[2001:db8::1]:40000' },
    { what: 'GRE', octets: within(47, [0, 0, 8, 0, ...ip]) },
    {
      what: 'GRE with a checksum, a key and numbers',
      octets: within(47, [0xb0, 0, 8, 0, ...zeros(12), ...ip]),
    },
    { what: 'GRE with frames', octets: within(47, [0, 0, 0x65, 0x58, ...ethernet]) },
    { what: 'MPLS in GRE', octets: within(47, [0, 0, 0x88, 0x47, 0, 1, 1, 64, ...ip]) },
    { what: 'MPLS in IP', octets: within(137, [0, 1, 1, 64, ...ip]) },
    { what: 'a mirror of the first form', octets: within(47, [0, 0, 0x88, 0xbe, ...ethernet]) },
    { what: 'a mirror of the second', octets: within(47, [0x10, 0, 0x88, 0xbe, ...zeros(12), ...ethernet]) },
    { what: 'a mirror of the third', octets: within(47, [0x10, 0, 0x22, 0xeb, ...zeros(16), ...ethernet]) },
    {
      what: 'a mirror of the third with a subheader',
      octets: within(47, [0x10, 0, 0x22, 0xeb, ...zeros(15), 1, ...zeros(8), ...ethernet]),
    },
    { what: 'VXLAN', octets: udp(4789, [8, 0, 0, 0, 0, 0, 1, 0, ...ethernet]) },
    {
      what: 'GENEVE with an option',
      octets: udp(6081, [1, 0, 0x65, 0x58, 0, 0, 1, 0, ...zeros(4), ...ethernet]),
    },
    {
      what: 'a pseudowire with a control word',
      octets: [...zeros(12), 0x88, 0x47, 0, 1, 1, 64, 0, 0, 0, 7, ...ethernet],
    },
    {
      what: 'an authentication header',
      octets: within(51, [6, 4, 0, 0, ...zeros(20), ...ip.slice(20, 42)]),
      source: '10.0.0.1:40000',
    },
    { what: 'several', octets: within(47, [0, 0, 8, 0, ...udp(4789, [...zeros(8), ...ethernet]).slice(14)]) },
  ])('are read: $what', ({ octets, source = '192.0.2.1:40000' }) => {
    expect(found(octets)).toEqual([`${source} ab`]);
  });

  it.each([
    { what: 'another version of GRE', octets: within(47, [0, 1, 8, 0, ...ip]) },
    { what: 'another port of UDP', octets: udp(53, [...zeros(8), ...ethernet]) },
    {
      what: 'more of them than anybody sends',
      octets: Array.from({ length: 20 }).reduce<number[]>((all) => within(4, all.slice(14)), ethernet),
    },
    {
      what: 'tags without end',
      octets: [...zeros(12), ...Array<number[]>(100_000).fill([0x81, 0, 0, 1]).flat()],
    },
  ])('are not: $what', ({ octets }) => {
    expect(found(octets)).toEqual([]);
  });

  it('that are cut anywhere are no harm', () => {
    const whole = udp(6081, [
      1,
      0,
      0x88,
      0x47,
      0,
      0,
      1,
      0,
      ...zeros(4),
      0,
      1,
      1,
      64,
      0,
      0,
      0,
      7,
      ...ethernet,
    ]);
    for (let length = 0; length < whole.length; length++) found(whole.slice(0, length));
  });
});

it('reads the packet blocks of older pcapng files', () => {
  const file = Buffer.from(pcapng([{ ...A, sequence: 1, octets: text('ab') }]));
  const at = file.lastIndexOf(Buffer.from([6, 0, 0, 0]));
  file[at] = 2;
  // 5 packets were lost
  file[at + 10] = 5;
  expect(streams(file)).toMatchObject([{ text: 'ab' }]);
});

describe('ipPacketOf', () => {
  const IP = [0x45, 1, 2, 3];
  it.each([
    { link: 'Ethernet', linkType: 1, before: [...Array(12).fill(9), 8, 0] },
    {
      link: 'two VLAN tags',
      linkType: 1,
      before: [...Array(12).fill(9), 0x88, 0xa8, 0, 1, 0x81, 0, 0, 2, 8, 0],
    },
    { link: 'MPLS', linkType: 1, before: [...Array(12).fill(9), 0x88, 0x47, 0, 1, 0, 64, 0, 2, 1, 64] },
    { link: 'PPPoE', linkType: 1, before: [...Array(12).fill(9), 0x88, 0x64, 0x11, 0, 0, 1, 0, 6, 0, 0x21] },
    { link: 'Linux cooked', linkType: 113, before: [...Array(14).fill(0), 8, 0] },
    {
      link: 'Linux cooked with a VLAN tag',
      linkType: 113,
      before: [...Array(14).fill(0), 0x81, 0, 0, 5, 8, 0],
    },
    { link: 'Linux cooked, second form', linkType: 276, before: [8, 0, ...Array(18).fill(0)] },
    { link: 'BSD loopback', linkType: 0, before: [2, 0, 0, 0] },
    { link: 'PPP', linkType: 9, before: [0xff, 3, 0, 0x21] },
    { link: 'PPP, compressed', linkType: 9, before: [0, 0x21] },
    { link: 'HDLC', linkType: 104, before: [0x0f, 0, 8, 0] },
    { link: 'PPP in frames', linkType: 50, before: [0xff, 3, 0, 0x21] },
    { link: 'PPPoE on its own', linkType: 51, before: [0x11, 0, 0, 1, 0, 6, 0, 0x21] },
    { link: 'the encapsulation of OpenBSD', linkType: 109, before: Array(12).fill(0) },
    { link: 'the log of pf', linkType: 117, before: [61, ...Array(63).fill(0)] },
    { link: 'bare IP', linkType: 101, before: [] },
  ])('finds IP behind $link', ({ linkType, before }) => {
    const octets = Uint8Array.from([...before, ...IP]);
    expect([...(ipPacketOf({ timeMs: 0, linkType, octets }) ?? [])]).toEqual(IP);
  });

  it('does not know other links', () => {
    expect(ipPacketOf({ timeMs: 0, linkType: 147, octets: Uint8Array.from(IP) })).toBeUndefined();
  });
});
