import { encodeOpen } from '../../src/bgp/open.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { type Loaded, loadConfig } from '../../src/config/load.ts';
import type { NeighborConfig } from '../../src/config/model.ts';
import { NeighborSettings } from '../../src/daemon/session-settings.ts';
import { toHex } from '../../src/wire/hex.ts';

const HEADER_LENGTH = 19;
/** Version, AS, hold time, identifier. */
const FIXED_LENGTH = 10;

export interface OpenedOptions {
  readonly version?: string;
  readonly localAs?: number | string;
  readonly peerAs?: number | string;
}

/** A neighbor of version 5 unless told otherwise, with what `body` says on its second line. */
export function loadNeighbor(body: string, options: OpenedOptions = {}): Loaded {
  const { version = '5', localAs = 65000, peerAs = 65000 } = options;
  return loadConfig({
    text: `neighbor 10.0.0.1 { router-id 1.2.3.4; local-as ${localAs}; peer-as ${peerAs};\n${body}\n}`,
    file: 'p.conf',
    environment: readEnvironment({ peerline_api_version: version }),
    resolveProgram: (path) => ({ path }),
  });
}

export function neighborOf(loaded: Loaded): NeighborConfig {
  const [neighbor] = loaded.config.neighbors;
  if (neighbor === undefined) throw new Error('no neighbor');
  return neighbor;
}

/** The body of the OPEN for a neighbor. */
export function opened(body: string, options: OpenedOptions = {}): string {
  const config = neighborOf(loadNeighbor(body, options));
  const settings = new NeighborSettings(config, '10.0.0.1', {
    defaultPort: 179,
    openWaitSeconds: 60,
    software: 'Peerline/1.2.3',
  });
  const localAs = typeof options.localAs === 'number' ? options.localAs : 65000;
  return toHex(encodeOpen(settings.open(localAs)).subarray(HEADER_LENGTH));
}

/** The optional parameters of an OPEN's body, each `02 LENGTH CODE LENGTH VALUE`. */
export function parameters(body: string): string[] {
  const octets = Buffer.from(body, 'hex').subarray(FIXED_LENGTH);
  const out: string[] = [];
  for (let at = 0; at < octets.length; at += 2 + (octets[at + 1] ?? 0))
    out.push(octets.subarray(at, at + 2 + (octets[at + 1] ?? 0)).toString('hex'));
  return out;
}
