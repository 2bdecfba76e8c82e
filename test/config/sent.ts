import { parseCommand } from '../../src/commands/parse.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { type Loaded, loadConfig } from '../../src/config/load.ts';
import { AdjRibOut } from '../../src/rib/adj-rib-out.ts';
import { bodies, OPTIONS, type SessionChoices, session } from '../rib/neighbor.ts';

const FAMILIES = [
  'ipv4 unicast; ipv4 nlri-mpls; ipv4 mpls-vpn; ipv4 mcast-vpn; ipv4 mup; ipv4 flow; ipv4 flow-vpn;',
  'ipv6 mup; ipv6 flow; ipv6 flow-vpn; l2vpn vpls; ipv4 sr-policy; ipv6 sr-policy;',
].join(' ');

export interface SentOptions {
  /** Whose language and events: `api.version`. */
  readonly version?: string;
  /** Beside those that routes are sent for here. */
  readonly families?: string;
  readonly session?: SessionChoices;
}

/** A neighbor with `body` on its second line, in the file p.conf. */
export function load(body: string, { version = '5', families = '' }: SentOptions = {}): Loaded {
  return loadConfig({
    text: `neighbor 10.0.0.1 { router-id 1.2.3.4; family { ${FAMILIES} ${families} }\n${body}\n}`,
    file: 'p.conf',
    environment: readEnvironment({ peerline_api_version: version }),
  });
}

/** The bodies of the UPDATEs that a peer, an internal one unless told, gets for a neighbor's configuration and commands. */
export function sent(body: string, commands: readonly string[], options: SentOptions = {}): string[] {
  const [neighbor] = load(body, options).config.neighbors;
  const families = neighbor?.families ?? [];
  const rib = new AdjRibOut({ ...OPTIONS, manualEor: true });
  rib.configure(neighbor?.routes ?? []);
  rib.sessionUp(session({ families, ...options.session }));
  const messages = rib.take();
  for (const line of commands) {
    const command = parseCommand(line);
    if (command.type !== 'announce' && command.type !== 'withdraw') throw new Error(line);
    for (const route of command.routes) rib[command.type](route);
    messages.push(...rib.take());
  }
  return bodies(messages);
}

/** A body with its lengths, of attributes alone, or of attributes and routes. */
export function body(attributes: string, nlri = ''): string {
  const octets = attributes.replace(/\s/g, '');
  return `0000${(octets.length / 2).toString(16).padStart(4, '0')}${octets}${nlri.replace(/\s/g, '')}`;
}
