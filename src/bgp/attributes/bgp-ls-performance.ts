import { type LinkStateTlv, type Read, tlv, UNKNOWN } from './bgp-ls-row.ts';

const ANOMALOUS = 0x80;
/** RFC 8571 section 2.4: loss is told in steps of 0.000003 percent; ExaBGP's number has as many digits. */
const LOSS_STEPS_PER_PERCENT = 1_000_000 / 3;

const anomalous = (octet: number) => (octet & ANOMALOUS) !== 0;

const delay: Read = (r) => {
  const octet = r.u8();
  return { 'delay-us': r.u24(), anomalous: anomalous(octet) };
};

const minMaxDelay: Read = (r) => {
  const octet = r.u8();
  const minimum = r.u24();
  r.u8();
  return { 'min-delay-us': minimum, 'max-delay-us': r.u24(), anomalous: anomalous(octet) };
};

const variation: Read = (r) => {
  r.u8();
  return r.u24();
};

const loss: Read = (r) => {
  const octet = r.u8();
  const percent = Number((r.u24() / LOSS_STEPS_PER_PERCENT).toFixed(6));
  return { 'loss-percent': percent, anomalous: anomalous(octet) };
};

/** Bytes per second, IEEE 754 single precision. */
export const float: Read = (r) => {
  const octets = r.octets(4);
  return new DataView(octets.buffer, octets.byteOffset, 4).getFloat32(0);
};

const identifiers: Read = (r) => ({ 'local-id': r.u32(), 'remote-id': r.u32() });

function row(type: number, word: string, read: Read): LinkStateTlv {
  return { ...tlv(type, word, read), version4: UNKNOWN, version5: UNKNOWN };
}

/** Identifiers of a link, RFC 9552 section 5.2.2, and its measured performance, RFC 8571: since 6. */
export const PERFORMANCE: readonly LinkStateTlv[] = [
  row(258, 'link-local-remote-identifiers', identifiers),
  row(1114, 'unidirectional-link-delay', delay),
  row(1115, 'minmax-unidirectional-link-delay', minMaxDelay),
  row(1116, 'unidirectional-delay-variation', variation),
  row(1117, 'unidirectional-link-loss', loss),
  row(1118, 'unidirectional-residual-bandwidth', float),
  row(1119, 'unidirectional-available-bandwidth', float),
  row(1120, 'unidirectional-utilized-bandwidth', float),
];
