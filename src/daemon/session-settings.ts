import type { Socket } from 'node:net';
import { FORWARDING } from '../bgp/capabilities/graceful-restart.ts';
import { type FamilyId, SAFI, safiOf } from '../bgp/family.ts';
import type { Open } from '../bgp/open.ts';
import { makeOpenFor, type OpenParameters } from '../bgp/open-layout.ts';
import { ADD_PATH_FAMILIES } from '../config/families.ts';
import type { NeighborConfig } from '../config/model.ts';
import type { SessionSettings } from '../session/settings.ts';
import { formatAddress } from '../wire/address.ts';
import type { ProtectedSockets } from './protected-sockets.ts';

/** Families whose routes carry labels, RFC 8277 and RFC 4364. */
const LABELED_SAFIS: ReadonlySet<number> = new Set([SAFI['nlri-mpls'], SAFI['mpls-vpn']]);

/** Graceful restart's time field has 12 bits, RFC 4724 section 3. */
const MAXIMUM_RESTART_SECONDS = 4095;

/** What all neighbors have in common. */
export interface SettingsOptions {
  readonly defaultPort: number;
  readonly openWaitSeconds: number;
  /** What the software version capability says. */
  readonly software: string;
  /** Absent: no connection is opened. */
  readonly sockets?: ProtectedSockets;
}

/** What a session needs of its neighbor's configuration. */
export class NeighborSettings implements SessionSettings {
  readonly peerAddress: string;
  readonly openSocket?: () => Socket;
  readonly #config: NeighborConfig;
  readonly #options: SettingsOptions;

  constructor(config: NeighborConfig, peerAddress: string, options: SettingsOptions) {
    this.#config = config;
    this.#options = options;
    this.peerAddress = peerAddress;
    const { localAddress, port } = this;
    const opener = options.sockets?.opener(config, { host: peerAddress, port, localAddress });
    if (opener !== undefined) this.openSocket = opener;
  }

  get localAddress(): string | undefined {
    const { localAddress } = this.#config;
    return localAddress === undefined ? undefined : formatAddress(localAddress);
  }

  get localAs(): number | undefined {
    return this.#config.localAs;
  }

  get peerAs(): number | undefined {
    return this.#config.peerAs;
  }

  get routerId(): number {
    return this.#config.routerId;
  }

  get holdTimeSeconds(): number {
    return this.#config.holdTimeSeconds;
  }

  get passive(): boolean {
    return this.#config.passive;
  }

  get port(): number {
    return this.#config.connect ?? this.#options.defaultPort;
  }

  get families(): readonly FamilyId[] {
    return this.#config.families;
  }

  get openWaitSeconds(): number {
    return this.#options.openWaitSeconds;
  }

  get sendHoldSeconds(): number | undefined {
    return this.#config.sendHoldSeconds;
  }

  get role(): SessionSettings['role'] {
    return this.#config.capability.role;
  }

  open(localAs: number): Open {
    return openOf(this.#config, localAs, this.#options.software);
  }
}

function openOf(config: NeighborConfig, as: number, software: string) {
  const { capability, families, holdTimeSeconds } = config;
  const timeSeconds = restartSecondsOf(config);
  return makeOpenFor({
    as,
    holdTimeSeconds,
    routerId: config.routerId,
    families,
    asn4: capability.asn4,
    nexthops: capability.nexthop ? config.nexthops : undefined,
    addPath: addPathOf(config),
    pathsLimit: capability.addPath.includes('receive') ? config.pathsLimit : [],
    ...(timeSeconds === undefined
      ? {}
      : { gracefulRestart: { timeSeconds, families, notification: capability.restartNotification } }),
    routeRefresh: capability.routeRefresh,
    operational: capability.operational,
    extendedMessage: capability.extendedMessage,
    hostName: config.hostName,
    domainName: config.domainName,
    softwareVersion: capability.softwareVersion ? software : undefined,
    linkLocalNexthop: capability.linkLocalNexthop,
    multiSession: capability.multiSession,
    // RFC 9234 section 4.1: between autonomous systems only
    role: config.peerAs === as ? undefined : capability.role?.role,
    ...longLivedOf(config),
    ...labelsOf(config),
  });
}

/** 0 is the hold time; without one there is no graceful restart, as in ExaBGP. */
function restartSecondsOf({ capability, holdTimeSeconds }: NeighborConfig): number | undefined {
  if (capability.gracefulRestart === undefined) return undefined;
  return Math.min(capability.gracefulRestart || holdTimeSeconds, MAXIMUM_RESTART_SECONDS) || undefined;
}

/** RFC 9494 section 4.1: only beside graceful restart. */
function longLivedOf(config: NeighborConfig): Pick<OpenParameters, 'longLived'> {
  const timeSeconds = config.capability.longLivedSeconds;
  if (timeSeconds === undefined || restartSecondsOf(config) === undefined) return {};
  return { longLived: config.families.map((family) => ({ family, flags: FORWARDING, timeSeconds })) };
}

function labelsOf({ capability, families }: NeighborConfig): Pick<OpenParameters, 'multipleLabels'> {
  const count = capability.multipleLabels;
  const labeled = families.filter((family) => LABELED_SAFIS.has(safiOf(family)));
  if (count === undefined || labeled.length === 0) return {};
  return { multipleLabels: labeled.map((family) => ({ family, count })) };
}

function addPathOf({ capability, families, addPathFamilies }: NeighborConfig) {
  if (capability.addPath === 'disable') return [];
  const ways = capability.addPath.split('/');
  return ADD_PATH_FAMILIES.filter((family) => families.includes(family))
    .filter((family) => addPathFamilies?.includes(family) ?? true)
    .map((family) => ({ family, send: ways.includes('send'), receive: ways.includes('receive') }));
}
