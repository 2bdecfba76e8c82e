import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONTEXT } from '../../src/bgp/context.ts';
import { NotificationError } from '../../src/bgp/errors.ts';
import { IPV6_UNICAST } from '../../src/bgp/family.ts';
import { BgpFraming, message, messageType } from '../../src/bgp/header.ts';
import { KEEPALIVE } from '../../src/bgp/keepalive.ts';
import { decodeMessage } from '../../src/bgp/message.ts';
import { cease, decodeNotification, encodeNotification, shutdownText } from '../../src/bgp/notification.ts';
import { decodeRouteRefresh, encodeRouteRefresh } from '../../src/bgp/route-refresh.ts';
import { FieldOverflowError } from '../../src/wire/errors.ts';
import { fromHex, toHex } from '../../src/wire/hex.ts';

const MARKER = 'ff'.repeat(16);
const octets = (text: string): Uint8Array => fromHex(text.replaceAll(' ', '')) ?? new Uint8Array(0);

function notified(action: () => unknown): string {
  try {
    action();
    return 'accept';
  } catch (err) {
    if (!(err instanceof NotificationError)) throw err;
    return `${err.code}/${err.subcode} ${toHex(err.data)}`.trim();
  }
}

describe('header', () => {
  it.each([
    { header: `00${'ff'.repeat(15)} 0013 04`, expected: '1/1' },
    { header: `${MARKER} 0012 04`, expected: '1/2 0012' },
    { header: `${MARKER} 0013 04`, expected: 'accept' },
    { header: `${MARKER} 0014 04`, expected: '1/2 0014' },
    { header: `${MARKER} 0013 00`, expected: '1/3 00' },
    { header: `${MARKER} 0013 06`, expected: '1/3 06' },
    { header: `${MARKER} 001c 01`, expected: '1/2 001c' },
    { header: `${MARKER} 0016 02`, expected: '1/2 0016' },
    { header: `${MARKER} 0014 03`, expected: '1/2 0014' },
    { header: `${MARKER} 1001 02`, expected: '1/2 1001' },
    { header: `${MARKER} 1001 02`, longest: 65535, expected: 'accept' },
    // RFC 8654 section 4: an OPEN stays within 4096
    { header: `${MARKER} 1001 01`, longest: 65535, expected: '1/2 1001' },
  ])('$header $longest: $expected', ({ header, longest, expected }) => {
    const framing = new BgpFraming({ maxLength: longest ?? 4096 });
    expect(notified(() => framing.lengthOf(octets(header), 0))).toBe(expected);
  });

  it('goes before what is written', () => {
    expect(toHex(KEEPALIVE)).toBe(`${MARKER}001304`);
    expect(messageType(KEEPALIVE)).toBe(4);
    expect(() => message('update', (w) => w.octets(new Uint8Array(4096)))).toThrow(FieldOverflowError);
  });
});

describe('a message', () => {
  it('of any octets gives a value or a NOTIFICATION', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), fc.uint8Array({ maxLength: 60 }), (type, body) => {
        const length = 19 + body.length;
        const whole = Uint8Array.of(...new Uint8Array(16).fill(255), 0, length, type, ...body);
        notified(() => decodeMessage(whole, DEFAULT_CONTEXT));
        notified(() => decodeMessage(body, DEFAULT_CONTEXT));
      }),
    );
  });

  it('must be as long as its header tells', () => {
    expect(notified(() => decodeMessage(octets(`${MARKER} 0017 02 0000`), DEFAULT_CONTEXT))).toBe('1/2 0017');
    expect(decodeMessage(KEEPALIVE, DEFAULT_CONTEXT)).toEqual({ type: 'keepalive' });
  });
});

describe('NOTIFICATION', () => {
  it.each([
    { body: '0602 05 68656c6c6f', text: 'hello' },
    { body: '0604 03 610a62', text: 'a\\x0ab' },
    { body: '0602 00', text: '' },
    { body: '0602', text: undefined },
    { body: '0603 05 68656c6c6f', text: undefined },
    // not UTF-8, and a length beyond the data
    { body: '0602 01 b0', text: '0xB0' },
    { body: '0602 05 6162', text: '0x056162' },
  ])('$body: $text', ({ body, text }) => {
    expect(shutdownText(decodeNotification(octets(body)))).toBe(text);
  });

  it.each([
    { subcode: 2, text: 'bye', data: '03627965' },
    { subcode: 4, text: undefined, data: '' },
    { subcode: 3, text: 'no', data: '6e6f' },
  ])('Cease/$subcode with $text', ({ subcode, text, data }) => {
    const notification = cease(subcode, text);
    expect(toHex(notification.data)).toBe(data);
    expect(decodeNotification(encodeNotification(notification).subarray(19))).toEqual(notification);
  });

  it('refuses a text of more than 128 octets', () => {
    expect(() => cease(2, 'é'.repeat(65))).toThrow(FieldOverflowError);
    expect(cease(2, 'é'.repeat(64)).data).toHaveLength(129);
  });
});

describe('ROUTE-REFRESH', () => {
  it.each([0, 1, 2, 3])('subtype %i', (subtype) => {
    const refresh = { family: IPV6_UNICAST, subtype };
    const wire = encodeRouteRefresh(refresh);
    expect(toHex(wire.subarray(19))).toBe(`00020${subtype}01`);
    expect(decodeRouteRefresh(wire.subarray(19))).toEqual(refresh);
  });

  it.each([
    { body: '000100', expected: `7/1 ${MARKER}001605000100` },
    { body: '0001010100', expected: `7/1 ${MARKER}0018050001010100` },
    { body: '0001000101', expected: 'accept' }, // route filters, RFC 5291
  ])('$body: $expected', ({ body, expected }) => {
    expect(notified(() => decodeRouteRefresh(octets(body)))).toBe(expected);
  });
});
