import { AFI, familyText } from '../bgp/family.ts';
import { familyRouteText, type Route } from '../bgp/route.ts';
import { dottedQuad, formatAddress } from '../wire/address.ts';
import { formatPrefix } from '../wire/prefix.ts';
import type { CapabilityConfig, Config, NeighborConfig } from './model.ts';
import { apiLines } from './print-api.ts';
import { printBmp } from './print-bmp.ts';
import { printProcess } from './print-process.ts';
import { type Lines, optional, quoted, section, sectionUnlessEmpty, statement, word } from './print-words.ts';

/**
 * The configuration as it was understood, in today's words: templates merged, defaults filled in. Reading it gives
 * the same processes and neighbors. The order of the keywords is ExaBGP's.
 */
export function printConfig(config: Config): string {
  const sections = [
    ...config.processes.map(printProcess),
    ...config.neighbors.map(printNeighbor),
    ...config.bmp.map(printBmp),
  ];
  return sections.map((lines) => `${lines.join('\n')}\n`).join('\n');
}

export function printNeighbor(config: NeighborConfig): Lines {
  return section(`neighbor ${formatPrefix(config.peer).replace(/\/(32|128)$/, '')}`, [
    ...identityLines(config),
    ...sessionLines(config),
    ...protectionLines(config),
    ...section('capability', capabilityLines(config.capability)),
    ...section(
      'family',
      config.families.map((family) => `${familyText(family)};`),
    ),
    ...sectionUnlessEmpty(
      'nexthop',
      config.nexthops.map(({ family, nextHopAfi }) => `${familyText(family)} ${nextHopWord(nextHopAfi)};`),
    ),
    ...sectionUnlessEmpty('add-path', addPathLines(config)),
    ...sectionUnlessEmpty('maximum-prefix', limitLines(config)),
    ...config.api.flatMap((api) => section('api', apiLines(api))),
    ...sectionUnlessEmpty('announce', config.routes.flatMap(printRoute)),
  ]);
}

/** Who both speakers are. */
function identityLines(config: NeighborConfig): Lines {
  return [
    ...optional('description', config.description === '' ? undefined : quoted(config.description)),
    statement('router-id', dottedQuad(config.routerId)),
    ...optional('host-name', config.hostName === undefined ? undefined : word(config.hostName)),
    ...optional('domain-name', config.domainName === undefined ? undefined : word(config.domainName)),
    statement(
      'local-address',
      config.localAddress === undefined ? 'auto' : formatAddress(config.localAddress),
    ),
    statement('local-as', config.localAs ?? 'auto'),
    statement('peer-as', config.peerAs ?? 'auto'),
  ];
}

/** How they speak, and what is kept of it. */
function sessionLines(config: NeighborConfig): Lines {
  return [
    statement('hold-time', config.holdTimeSeconds),
    ...optional('send-hold-time', config.sendHoldSeconds),
    ...optional(
      'local-link-local',
      config.localLinkLocal === undefined ? undefined : formatAddress(config.localLinkLocal),
    ),
    statement('rate-limit', config.rateLimit ?? 'disable'),
    statement('manual-eor', config.manualEor),
    statement('passive', config.passive),
    ...optional('listen', config.listen),
    ...optional('connect', config.connect),
    ...optional('outgoing-ttl', config.protection.ttl),
    ...optional('incoming-ttl', config.protection.minimumTtl),
    ...optional('source-interface', config.protection.sourceInterface),
    statement('group-updates', config.groupUpdates),
    statement('auto-flush', config.autoFlush),
    statement('adj-rib-in', config.adjRibIn),
    statement('adj-rib-out', config.adjRibOut),
  ];
}

/** What must not be shown is a comment: reading it back gives a session without it, not one with another key. */
function protectionLines({ protection, md5Ip }: NeighborConfig): Lines {
  return [
    ...(protection.md5 === undefined ? [] : [`# md5-password ${protection.md5};`]),
    ...optional('md5-ip', md5Ip === undefined ? undefined : formatAddress(md5Ip)),
    ...(protection.tcpAo === undefined
      ? []
      : [
          `# tcp-ao { keyid ${protection.tcpAo.keyId}; algorithm ${protection.tcpAo.algorithm}; password ***; }`,
        ]),
  ];
}

function capabilityLines(config: CapabilityConfig): Lines {
  return [
    statement('asn4', ability(config.asn4)),
    statement('route-refresh', ability(config.routeRefresh)),
    statement(
      'graceful-restart',
      `${config.gracefulRestart ?? 'disable'}${config.restartNotification ? ' notification' : ''}`,
    ),
    statement('nexthop', ability(config.nexthop)),
    statement('add-path', config.addPath),
    statement('multi-session', ability(config.multiSession)),
    statement('operational', ability(config.operational)),
    statement('aigp', ability(config.aigp)),
    statement('extended-message', ability(config.extendedMessage)),
    statement('software-version', ability(config.softwareVersion)),
    statement('link-local-nexthop', ability(config.linkLocalNexthop)),
    ...optional('long-lived-graceful-restart', config.longLivedSeconds),
    ...optional('multiple-labels', config.multipleLabels),
    ...(config.role === undefined
      ? []
      : [statement('role', `${config.role.role}${config.role.strict ? ' strict' : ''}`)]),
  ];
}

const ability = (value: boolean) => (value ? 'enable' : 'disable');

/** What an absent `restart` means. */
const USUAL_RESTART_SECONDS = 60;

/** A limit stands behind its family. */
function addPathLines({ families, addPathFamilies, pathsLimit }: NeighborConfig): Lines {
  return (addPathFamilies ?? families).flatMap((family) => {
    const limit = pathsLimit.find((each) => each.family === family)?.limit;
    if (addPathFamilies === undefined && limit === undefined) return [];
    return [`${familyText(family)}${limit === undefined ? '' : ` limit ${limit}`};`];
  });
}

function limitLines({ prefixLimits, prefixLimitRestartSeconds }: NeighborConfig): Lines {
  if (prefixLimits.length === 0 && prefixLimitRestartSeconds === USUAL_RESTART_SECONDS) return [];
  return [
    ...prefixLimits.map(
      ({ family, maximum, warnOnly }) => `${familyText(family)} ${maximum}${warnOnly ? ' warn' : ''};`,
    ),
    statement('restart', prefixLimitRestartSeconds),
  ];
}

function printRoute(route: Route): Lines {
  const [afi = '', ...words] = familyRouteText(route).split(' ');
  return [`${afi} {`, `\t${words.join(' ')};`, '}'];
}

function nextHopWord(afi: number): string {
  return Object.entries(AFI).find(([, code]) => code === afi)?.[0] ?? String(afi);
}
