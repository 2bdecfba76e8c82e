/** A neighbor at 127.0.0.2, which opens the connection itself. */
export function neighborConf({
  port,
  peer = '127.0.0.2',
  local = '127.0.0.1',
  routerId = '192.0.2.1',
  localAs = '65001',
  peerAs = '65002',
  receive = 'parsed; open; update; notification; refresh;',
  process = 'driven',
  more = '',
}: {
  port: number;
  peer?: string;
  local?: string;
  routerId?: string;
  localAs?: string;
  peerAs?: string;
  receive?: string;
  process?: string;
  more?: string;
}): string {
  return `
neighbor ${peer} {
    router-id ${routerId};
    local-address ${local};
    local-as ${localAs};
    peer-as ${peerAs};
    passive;
    listen ${port};
    family { ipv4 unicast; }
    capability { route-refresh; }
    ${more}
    api {
        processes [ ${process} ];
        neighbor-changes;
        receive { ${receive} }
    }
}
`;
}

export function processConf(run: string, name = 'driven', more = 'encoder json;'): string {
  return `process ${name} { run ${run}; ${more} }\n`;
}
