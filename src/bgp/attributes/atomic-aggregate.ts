import { attribute, WELL_KNOWN } from './codec.ts';
import { renderAtomicAggregate } from './render.ts';

/** ATOMIC_AGGREGATE, RFC 4271 section 5.1.6: no octets; being there is all it says. */
export const atomicAggregate = attribute<true, 'atomicAggregate'>({
  code: 6,
  rfc: 'RFC 4271',
  key: 'atomicAggregate',
  word: 'atomic-aggregate',
  flags: WELL_KNOWN,
  malformed: 'attribute-discard',
  decode: () => true,
  encode: () => {},
  toJson: () => ({ 'atomic-aggregate': true }),
  toText: () => 'atomic-aggregate',
  render: renderAtomicAggregate,
  parse: () => true,
});
