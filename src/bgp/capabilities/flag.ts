import { type CapabilityCodec, capability } from './codec.ts';

/** A capability without octets of its own: it is there or it is not. Value: `true`. */
export function flag<const Key extends string>(row: {
  readonly code: number;
  readonly key: Key;
  readonly word: string;
  readonly rfc: string;
  readonly text: string;
  readonly word4?: string;
  readonly since?: CapabilityCodec<true, Key>['since'];
  readonly json?: Readonly<Record<string, string | number>>;
}): CapabilityCodec<true, Key> {
  const { text, json, ...names } = row;
  return capability<true, Key>({
    ...names,
    decode: () => true,
    encode: () => undefined,
    toJson: () => json ?? { name: row.word },
    toText: () => text,
  } as CapabilityCodec<true, Key>);
}

export const routeRefresh = flag({
  code: 2,
  key: 'routeRefresh',
  word: 'route-refresh',
  rfc: 'RFC 2918',
  text: 'route refresh',
  json: { name: 'route-refresh', variant: 'RFC' },
});

export const ciscoRouteRefresh = flag({
  code: 128,
  key: 'ciscoRouteRefresh',
  word: 'cisco-route-refresh',
  rfc: 'vendor',
  text: 'cisco route refresh',
  json: { name: 'route-refresh', variant: 'Cisco' },
});

export const extendedMessage = flag({
  code: 6,
  key: 'extendedMessage',
  word: 'extended-message',
  rfc: 'RFC 8654',
  text: 'extended message(65535)',
  json: { name: 'extended-message', size: 65535 },
});

export const enhancedRouteRefresh = flag({
  code: 70,
  key: 'enhancedRouteRefresh',
  word: 'enhanced-route-refresh',
  rfc: 'RFC 7313',
  text: 'enhanced route refresh',
});

export const bfdStrict = flag({
  code: 74,
  key: 'bfdStrict',
  word: 'bfd-strict',
  rfc: 'draft-ietf-idr-bgp-bfd-strict-mode',
  text: 'bfd strict',
});

export const linkLocalNexthop = flag({
  code: 77,
  key: 'linkLocalNexthop',
  word: 'link-local-nexthop',
  rfc: 'draft-ietf-idr-linklocal-capability',
  text: 'link-local nexthop',
  since: 6,
});

export const operational = flag({
  code: 185,
  key: 'operational',
  word: 'operational',
  word4: 'exabgp-experimental-operational',
  rfc: 'draft-ietf-idr-operational-message',
  text: 'operational',
  json: { name: 'operational' },
});
