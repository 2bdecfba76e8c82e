import type { Open } from '../bgp/open.ts';
import type { NeighborConfig } from '../config/model.ts';
import { NeighborSettings } from '../daemon/session-settings.ts';
import { formatAddress, numberToIpv4 } from '../wire/address.ts';

/** Our end of a neighbor's session, were there one. @param as our AS number */
export function offlineSession(
  config: NeighborConfig,
  as: number,
): { readonly open: Open; readonly localAddress: Uint8Array } {
  const settings = new NeighborSettings(config, formatAddress(config.peer.address), {
    defaultPort: 179,
    openWaitSeconds: 60,
    software: '',
  });
  return {
    open: settings.open(as),
    localAddress: config.localAddress ?? numberToIpv4(config.routerId),
  };
}
