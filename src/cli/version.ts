import { readFileSync } from 'node:fs';

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const manifest: unknown = JSON.parse(text);
  const version = (manifest as { version?: unknown }).version;
  return typeof version === 'string' ? version : '0.0.0';
}

/** The version of the installed package. */
export const VERSION = packageVersion();

/**
 * What the software version capability says. ExaBGP takes the version that it is to call itself from the variable
 * `exabgp_version`, which has no section: what compares OPENs octet by octet sets it.
 */
export function softwareVersion(env: Readonly<Record<string, string | undefined>>): string {
  const version = env['exabgp.version'] ?? env.exabgp_version;
  return version === undefined ? `Peerline/${VERSION}` : `ExaBGP/${version}`;
}
