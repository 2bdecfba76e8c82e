import { isIP } from 'node:net';
import { CliError, EXIT } from './exit.ts';

/** `ADDRESS:PORT`, `[ADDRESS]:PORT` or `:PORT`, which is every address. @throws CliError */
export function hostAndPort(text: string, option: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):(\d{1,5})$/.exec(text);
  const host = match?.[1] ?? (match?.[2] || '0.0.0.0');
  const port = Number(match?.[3]);
  if (match === null || isIP(host === 'localhost' ? '127.0.0.1' : host) === 0 || !(port <= 65535)) {
    throw new CliError(
      `${option} ${text}: expected ADDRESS:PORT, as 127.0.0.1:11019 or [::1]:11019`,
      EXIT.usage,
    );
  }
  return { host: host === 'localhost' ? '127.0.0.1' : host, port };
}
