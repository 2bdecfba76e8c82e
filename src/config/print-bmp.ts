import { attributesToText } from '../bgp/attributes/index.ts';
import { familyText } from '../bgp/family.ts';
import { formatPrefix } from '../wire/prefix.ts';
import type {
  BmpApiConfig,
  BmpConfig,
  BmpEndpoint,
  BmpExportConfig,
  BmpRelayConfig,
  BmpRouterConfig,
  BmpSelection,
  BmpTlsConfig,
} from './bmp-model.ts';
import { MEBIBYTE } from './bmp-values.ts';
import { apiLines } from './print-api.ts';
import { type Lines, list, optional, section, sectionUnlessEmpty, statement, word } from './print-words.ts';

/** Of the words for attributes: any reads as the same. */
const VERSION = 5;

/** A `bmp` section as it was understood, with its defaults. */
export function printBmp(config: BmpConfig): Lines {
  const { resync, limits } = config;
  return section('bmp', [
    ...config.listen.map((place) => statement('listen', endpointText(place))),
    ...config.connect.map((place) => statement('connect', endpointText(place))),
    ...tlsLines(config.tls),
    statement('idle-timeout', config.idleTimeoutSeconds),
    statement('add-path', config.addPath),
    ...sectionUnlessEmpty(
      'rib',
      [...config.rib].map((view) => `${view};`),
    ),
    ...section('resync', [
      statement('quiet-time', resync.quietSeconds),
      statement('limit', resync.limitSeconds),
    ]),
    ...section('limits', [
      statement('routers', limits.routers),
      statement('per-address', limits.perAddress),
      statement('peers', limits.peers),
      statement('message-size', limits.messageSize),
    ]),
    ...config.routers.flatMap(routerLines),
    ...config.relays.flatMap(relayLines),
    ...config.exports.flatMap(exportLines),
    ...config.api.flatMap(bmpApiLines),
  ]);
}

function endpointText({ address, port }: BmpEndpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function tlsLines(tls: BmpTlsConfig | undefined): Lines {
  if (tls === undefined) return [];
  const files = [tls.certificate, tls.key, tls.ca].map(word);
  return section(
    'tls',
    ['certificate', 'key', 'ca'].map((name, i) => statement(name, files[i] ?? '')),
  );
}

function routerLines({ prefix, name, addPath }: BmpRouterConfig): Lines {
  const head = `router ${formatPrefix(prefix)}`;
  const lines = [...optional('name', name && word(name)), ...optional('add-path', addPath)];
  return lines.length === 0 ? [`${head};`] : section(head, lines);
}

function relayLines(relay: BmpRelayConfig): Lines {
  return section(`relay ${endpointText(relay)}`, [
    ...optional('directory', relay.directory && word(relay.directory)),
    statement('size', relay.sizeBytes / MEBIBYTE),
    statement('age', relay.ageSeconds),
    ...tlsLines(relay.tls),
  ]);
}

function exportLines(config: BmpExportConfig): Lines {
  const { passive, views, sysName, sysDescr } = config;
  return section(`export ${passive ? 'listen ' : ''}${endpointText(config)}`, [
    ...[...views].map((view) => `${view};`),
    ...list('neighbor', config.neighbors.map(formatPrefix)),
    ...list('station', config.stations.map(formatPrefix)),
    ...optional('sys-name', sysName && word(sysName)),
    ...optional('sys-descr', sysDescr && word(sysDescr)),
    statement('statistics', config.statisticsSeconds),
    statement('buffer', config.bufferBytes / MEBIBYTE),
    ...(config.mirroring ? ['route-mirroring;'] : []),
    ...tlsLines(config.tls),
  ]);
}

function bmpApiLines(config: BmpApiConfig): Lines {
  const select = config.select === undefined ? [] : section('select', selectLines(config.select));
  return section('api', [...apiLines(config), ...select]);
}

function selectLines(select: BmpSelection): Lines {
  const { communities, largeCommunities } = select;
  return [
    ...list('router', select.routers.map(word)),
    ...list('peer-as', select.peerAs.map(String)),
    ...list('view', select.views),
    ...select.families.map((family) => `family ${familyText(family)};`),
    ...select.prefixes.map(({ prefix, match }) => `prefix ${formatPrefix(prefix)} ${match};`),
    ...(communities.length === 0 ? [] : [`${attributesToText({ community: communities }, VERSION).trim()};`]),
    ...(largeCommunities.length === 0
      ? []
      : [`${attributesToText({ largeCommunity: largeCommunities }, VERSION).trim()};`]),
    ...(select.changesOnly ? ['changes-only;'] : []),
  ];
}
