import type { OpenFields } from './fake-router.ts';
import { HANDLER, ROUTER } from './lab.ts';

const MULTIPROTOCOL: Readonly<Record<string, string>> = {
  'ipv4 unicast': '00010001',
  'ipv4 multicast': '00010002',
  'ipv4 nlri-mpls': '00010004',
  'ipv4 mpls-vpn': '00010080',
  'ipv4 flow': '00010085',
  'ipv4 flow-vpn': '00010086',
  'ipv6 unicast': '00020001',
  'ipv6 nlri-mpls': '00020004',
  'ipv6 mpls-vpn': '00020080',
  'ipv6 flow': '00020085',
  'ipv6 flow-vpn': '00020086',
  'l2vpn vpls': '00190041',
  'l2vpn evpn': '00190046',
  'bgp-ls bgp-ls': '40040047',
};

/** Capabilities in hex. */
export const ROUTE_REFRESH = '0200';

export const PEER_AS = 65001;
export const IPV4 = ['ipv4 unicast'] as const;
export const DUAL = ['ipv4 unicast', 'ipv6 unicast'] as const;
/** Every family of 4.2. */
export const ALL = Object.keys(MULTIPROTOCOL);

/** The router's OPEN. */
export function open(
  families: readonly string[] = IPV4,
  more = '',
  fields: Partial<OpenFields> = {},
): OpenFields {
  const multiprotocol = families.map((family) => `0104${MULTIPROTOCOL[family]}`).join('');
  const as = fields.as ?? PEER_AS;
  return { as, capabilities: `${multiprotocol}4104${as.toString(16).padStart(8, '0')}${more}`, ...fields };
}

const KINDS = 'open; update; notification; keepalive;';
/** What most scenarios ask to be told. */
const DEFAULT_API = `neighbor-changes; receive { parsed; ${KINDS} refresh; } send { parsed; ${KINDS} }`;

export interface NeighborPlan {
  readonly address?: string;
  readonly families?: readonly string[];
  readonly localAs?: number;
  readonly processes?: readonly string[];
  /** What stands in `api`, beside `processes`. */
  readonly api?: string;
  readonly capability?: string;
  /** Anything else of the neighbor's. */
  readonly statements?: string;
}

export function neighbor(port: number, plan: NeighborPlan = {}): string {
  const { address = ROUTER, families = IPV4, localAs = 65000, processes = [HANDLER] } = plan;
  return `
neighbor ${address} {
  router-id 10.0.0.1;
  local-address 127.0.0.1;
  local-as ${localAs};
  peer-as ${PEER_AS};
  connect ${port};
  family { ${families.map((family) => `${family};`).join(' ')} }
  ${plan.capability === undefined ? '' : `capability { ${plan.capability} }`}
  api { processes [ ${processes.join(', ')} ]; ${plan.api ?? DEFAULT_API} }
  ${plan.statements ?? ''}
}`;
}

export const JSON_HANDLER = { [HANDLER]: 'json' } as const;
