import { expect, it } from 'vitest';
import { type SentOptions, sent } from './sent.ts';

/** What the versions of ExaBGP were seen to send for a configuration, octet for octet; blanks part the fields. */
export interface Golden {
  readonly said: string;
  /** The bodies of its messages. `…` stands for what is between two parts. */
  readonly bodies: readonly string[];
  readonly options?: SentOptions;
}

const VERSIONS = ['4', '5', '6'] as const;
const FAMILIES = 'ipv4 multicast; ipv6 unicast; ipv6 nlri-mpls; ipv6 mpls-vpn; ipv6 mcast-vpn;';
export const HOP6 = '20010db8 00000000 00000000 00000001';
export const HOPLESS = '40010100 400200 40050400000064';

export const route = (words: string, prefix = '10.0.0.0/24', hop = '192.0.2.1') =>
  `static { route ${prefix} next-hop ${hop} ${words}; }`;

/** Octets with `…` for what may stand between. */
function pattern(text: string): RegExp {
  const parts = text.replace(/\s/g, '').split('…');
  return new RegExp(`^${parts.join('(?:..)*')}$`);
}

/** One test for each row: every version is to send these. */
export function expectGolden(rows: readonly Golden[]): void {
  it.each(rows)('$said', ({ said, bodies: expected, options }) => {
    for (const version of VERSIONS) {
      const found = sent(said, [], { families: FAMILIES, ...options, version });
      expect(found).toEqual(expected.map((text) => expect.stringMatching(pattern(text))));
    }
  });
}
