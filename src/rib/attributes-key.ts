import { type Attributes, encodeAttributes } from '../bgp/attributes/index.ts';
import type { CodecContext } from '../bgp/context.ts';
import { written } from '../wire/writer.ts';

/** Equal for attributes that have the same octets. @throws FieldOverflowError */
export function attributesKey(attributes: Attributes, context: CodecContext): string {
  const octets = written((w) => encodeAttributes(w, attributes, context));
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}
