import { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';
import { BmpError } from './errors.ts';
import type { BmpMirroring } from './messages.ts';

const BGP_MESSAGE = 0;
const INFORMATION = 1;

/** Information codes, RFC 7854 section 4.7, by index. */
const MIRRORING_INFORMATION = ['errored-pdu', 'messages-lost'] as const;

/** Route Mirroring, RFC 7854 section 4.7; TLVs of other types are skipped. @throws ShortInputError or BmpError */
export function readRouteMirroring(r: Reader): BmpMirroring {
  let information: BmpMirroring['information'];
  let octets: Uint8Array | undefined;
  while (!r.done) {
    const at = r.offset;
    const type = r.u16();
    const value = r.octets(r.u16());
    if (type === BGP_MESSAGE) octets = value;
    if (type !== INFORMATION) continue;
    if (value.length !== 2) {
      throw new BmpError({ offset: at, reason: `mirroring information has ${value.length} octets, not 2` });
    }
    information = mirroringInformation(new Reader(value).u16());
  }
  return { information, octets };
}

export function writeRouteMirroring(w: Writer, { information, octets }: BmpMirroring): void {
  if (information !== undefined) {
    w.u16(INFORMATION).u16Length('information', () => w.u16(information.code, 'information code'));
  }
  if (octets !== undefined) w.u16(BGP_MESSAGE).u16Length('mirrored message', () => w.octets(octets));
}

/** A code with its word. */
export function mirroringInformation(code: number): NonNullable<BmpMirroring['information']> {
  return { code, word: MIRRORING_INFORMATION[code] ?? `unknown-${code}` };
}
