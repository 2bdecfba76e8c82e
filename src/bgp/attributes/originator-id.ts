import type { Words } from '../../syntax/words.ts';
import { dottedQuad, ipv4ToNumber, parseAddress } from '../../wire/address.ts';
import { attribute, OPTIONAL_NON_TRANSITIVE } from './codec.ts';
import { items } from './list.ts';
import { renderClusterList, renderOriginatorId } from './render.ts';

function parseId(words: Words): number {
  const expected = 'an IPv4 address';
  const word = words.next(expected);
  const octets = parseAddress(word.text);
  return octets?.length === 4 ? ipv4ToNumber(octets) : words.fail(word, expected);
}

/** ORIGINATOR_ID, RFC 4456 section 8: a BGP identifier as an unsigned number. */
export const originatorId = attribute<number, 'originatorId'>({
  code: 9,
  rfc: 'RFC 4456',
  key: 'originatorId',
  word: 'originator-id',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  internalOnly: true,
  decode: (r) => r.u32(),
  encode: (w, value) => w.u32(value, 'originator id'),
  toJson: (value) => ({ 'originator-id': dottedQuad(value) }),
  toText: (value) => `originator-id ${dottedQuad(value)}`,
  render: renderOriginatorId,
  parse: parseId,
});

/** CLUSTER_LIST, RFC 4456 section 8: cluster identifiers as unsigned numbers, nearest first. */
export const clusterList = attribute<readonly number[], 'clusterList'>({
  code: 10,
  rfc: 'RFC 4456',
  key: 'clusterList',
  word: 'cluster-list',
  flags: OPTIONAL_NON_TRANSITIVE,
  malformed: 'treat-as-withdraw',
  internalOnly: true,
  decode: (r) => items(r, 4, (item) => item.u32()),
  encode: (w, value) => {
    for (const id of value) w.u32(id, 'cluster id');
  },
  toJson: (value) => ({ 'cluster-list': value.map(dottedQuad) }),
  toText: (value) => `cluster-list [ ${value.map(dottedQuad).join(' ')} ]`,
  render: renderClusterList,
  parse: (words) => words.list(parseId),
});
