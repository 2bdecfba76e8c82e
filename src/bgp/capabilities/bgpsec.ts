import { afiWord } from '../family.ts';
import { capability } from './codec.ts';

export interface Bgpsec {
  /** Four bits. */
  readonly version: number;
  readonly direction: 'receive' | 'send';
  readonly afi: number;
}

/** BGPsec, RFC 8205 section 2.1: version, direction and AFI; one TLV each. */
export const bgpsec = capability<readonly Bgpsec[], 'bgpsec'>({
  code: 7,
  key: 'bgpsec',
  word: 'bgpsec',
  rfc: 'RFC 8205',
  decode(r) {
    const first = r.u8();
    return [{ version: first >> 4, direction: first & 0x08 ? 'send' : 'receive', afi: r.u16() }];
  },
  encode(w, values) {
    for (const v of values) w.u8(v.version * 16 + (v.direction === 'send' ? 8 : 0), 'version').u16(v.afi);
  },
  merge: (first, second) => [...first, ...second],
  split: (values) => values.map((value) => [value]),
  toJson: (values) => ({
    name: 'bgpsec',
    afi: values.map((v) => ({ afi: afiWord(v.afi), direction: v.direction, version: v.version })),
  }),
  toText: (values) => `bgpsec(${values.map((v) => `${v.direction} ${afiWord(v.afi)}`).join(',')})`,
});
