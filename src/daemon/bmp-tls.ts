import { readFileSync } from 'node:fs';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { BmpTlsConfig } from '../config/bmp-model.ts';
import { tls } from './builtins.ts';

/** Both sides show a certificate, whoever connects. @throws an error when a file cannot be read, or is not what it should be */
export function tlsOptions(config: BmpTlsConfig): SecureContextOptions & TlsOptions {
  const options = {
    cert: readFileSync(config.certificate),
    key: readFileSync(config.key),
    ca: readFileSync(config.ca),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  } as const;
  tls().createSecureContext(options);
  return options;
}
