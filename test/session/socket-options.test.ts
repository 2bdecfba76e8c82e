import { endianness } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { SocketOption } from '../../src/session/native.ts';
import {
  aoOption,
  aoRemoval,
  bindAddress,
  interfaceOption,
  md5Option,
  minimumTtlOption,
  protectionWords,
  ttlOption,
} from '../../src/session/socket-options.ts';
import { parseAddress } from '../../src/wire/address.ts';
import { toHex } from '../../src/wire/hex.ts';
import { Secret } from '../../src/wire/secret.ts';

function prefix(text: string, length: number) {
  return { address: parseAddress(text) ?? new Uint8Array(0), length };
}

const KEY = new Secret(Buffer.from('key!'));
const AO = { keyId: 7, algorithm: 'hmac-sha-1-96', key: KEY } as const;

function zeros(octets: number): string {
  return '00'.repeat(octets);
}

function text(ascii: string, octets: number): string {
  return Buffer.from(ascii)
    .toString('hex')
    .padEnd(octets * 2, '0');
}

/** Structures of the Linux headers tcp.h and socket.h, field by field. */
const ROWS: readonly { what: string; option: SocketOption; name: number; fields: string[] }[] = [
  {
    what: 'an MD5 key for an IPv4 host',
    option: md5Option(prefix('192.0.2.1', 32), KEY),
    name: 14,
    fields: ['0200', '0000', 'c0000201', zeros(120), '00', '00', '0400', zeros(4), text('key!', 80)],
  },
  {
    what: 'an MD5 key for an IPv6 host',
    option: md5Option(prefix('2001:db8::1', 128), KEY),
    name: 14,
    fields: [
      '0a00',
      '0000',
      zeros(4),
      '20010db8000000000000000000000001',
      zeros(104),
      '00',
      '00',
      '0400',
      zeros(4),
      text('key!', 80),
    ],
  },
  {
    what: 'an MD5 key for a range',
    option: md5Option(prefix('192.0.2.0', 24), KEY),
    name: 32,
    fields: ['0200', '0000', 'c0000200', zeros(120), '01', '18', '0400', zeros(4), text('key!', 80)],
  },
  {
    what: 'no MD5 key any more',
    option: md5Option(prefix('192.0.2.1', 32), undefined),
    name: 14,
    fields: ['0200', '0000', 'c0000201', zeros(120), '00', '00', '0000', zeros(4), zeros(80)],
  },
  {
    what: 'a TCP-AO key that is used at once',
    option: aoOption(prefix('192.0.2.1', 32), AO, true),
    name: 38,
    fields: [
      '0200',
      '0000',
      'c0000201',
      zeros(120),
      text('hmac(sha1)', 64),
      zeros(4),
      '03000000',
      '0000',
      '20',
      '07',
      '07',
      '0c',
      '00',
      '04',
      text('key!', 80),
    ],
  },
  {
    what: 'no TCP-AO key any more',
    option: aoRemoval(prefix('192.0.2.0', 24), AO),
    name: 39,
    fields: ['0200', '0000', 'c0000200', zeros(120), zeros(4), zeros(4), '0000', '18', '07', '07', zeros(3)],
  },
  { what: 'a TTL', option: ttlOption(4, 255), name: 2, fields: ['ff000000'] },
  { what: 'a hop limit', option: ttlOption(6, 1), name: 16, fields: ['01000000'] },
  { what: 'a least TTL', option: minimumTtlOption(4, 254), name: 21, fields: ['fe000000'] },
  { what: 'a least hop limit', option: minimumTtlOption(6, 254), name: 73, fields: ['fe000000'] },
  { what: 'an interface', option: interfaceOption('eth0'), name: 25, fields: [text('eth0', 5)] },
];

describe.skipIf(endianness() !== 'LE')('socket options', () => {
  it.each(ROWS)('lays out $what', ({ option, name, fields }) => {
    expect(option.name).toBe(name);
    expect(toHex(option.value)).toBe(fields.join(''));
  });

  it.each([
    { address: '192.0.2.1', octets: `0200 00b3 c0000201 ${zeros(8)}` },
    { address: '2001:db8::1', octets: `0a00 00b3 ${zeros(4)} 20010db8000000000000000000000001 ${zeros(4)}` },
  ])('binds to $address', ({ address, octets }) => {
    expect(toHex(bindAddress(address, 179))).toBe(octets.replaceAll(' ', ''));
  });

  it('has the interface of a link-local address', () => {
    const octets = Buffer.from(bindAddress('fe80::1', 179, 7));
    const scope = endianness() === 'LE' ? octets.readUInt32LE(24) : octets.readUInt32BE(24);
    expect({ length: octets.length, scope }).toEqual({ length: 28, scope: 7 });
  });

  it('names what needs them', () => {
    expect(protectionWords({})).toEqual([]);
    expect(protectionWords({ md5: KEY, tcpAo: undefined, minimumTtl: 255 })).toEqual([
      'md5-password',
      'incoming-ttl',
    ]);
  });
});
