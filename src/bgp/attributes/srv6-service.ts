import { formatAddress } from '../../wire/address.ts';
import { Reader } from '../../wire/reader.ts';
import type { ServiceSid, SidStructure } from './prefix-sid-tlv.ts';

const SID_INFORMATION = 1;
const SID_STRUCTURE = 1;

/**
 * The SIDs of an SRv6 service TLV, RFC 9252 section 3.1. Sub-TLVs of other types are passed over.
 * @throws RangeError or ShortInputError when one overruns
 */
export function readService(value: Uint8Array): ServiceSid[] {
  const r = new Reader(value);
  r.u8();
  const sids: ServiceSid[] = [];
  while (!r.done) {
    const type = r.u8();
    const body = r.slice(r.u16());
    if (type === SID_INFORMATION) sids.push(readSid(body));
  }
  return sids;
}

function readSid(r: Reader): ServiceSid {
  r.u8();
  const sid = r.octets(16).slice();
  const fields = { text: formatAddress(sid), sid, flags: r.u8(), behavior: r.u16() };
  r.u8();
  let structure: SidStructure | undefined;
  while (!r.done) {
    const type = r.u8();
    const body = r.slice(r.u16());
    if (type === SID_STRUCTURE)
      structure ??= [body.u8(), body.u8(), body.u8(), body.u8(), body.u8(), body.u8()];
  }
  return structure === undefined ? fields : { ...fields, structure };
}
