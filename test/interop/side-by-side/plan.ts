import { until } from '../../support/wait.ts';
import type { Connection, OpenFields } from './fake-router.ts';
import { HANDLER, type Lab, ROUTER, type Scenario } from './lab.ts';

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

/** Two routes of the configuration. */
export const ROUTES = 'static { route 10.0.1.0/24 next-hop 10.0.0.1; route 10.0.2.0/24 next-hop 10.0.0.1; }';

/** A scenario of one neighbor and one process. */
export function lives(
  name: string,
  plan: NeighborPlan,
  act: (lab: Lab) => Promise<void>,
  more: Partial<Scenario> = {},
): Scenario {
  return {
    name,
    routers: [ROUTER],
    processes: JSON_HANDLER,
    neighbors: (port) => neighbor(port, plan),
    act,
    ...more,
  };
}

/** The process was started so many times. */
export const started = (lab: Lab, count: number) =>
  until(`start ${count} of the process`, () => lab.program.handler(HANDLER).starts >= count);

/** A session of `DUAL` that no fence tells of has sent its first routes: the last End-of-RIB marker is out. */
export async function firstRoutes(connection: Connection): Promise<void> {
  await connection.update('900f0003000201');
}

/** After a reload ExaBGP 4.2 sends no fence: a route must do. */
export async function announced(lab: Lab, count = 1): Promise<void> {
  await lab.command('announce route 10.9.0.0/16 next-hop 10.0.0.1', { fence: false });
  const connection = await lab.connection(count);
  await connection.update('100a09');
}
