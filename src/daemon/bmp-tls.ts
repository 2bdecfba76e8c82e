import { readFileSync } from 'node:fs';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { BmpTlsConfig } from '../config/bmp-model.ts';

/** Both sides show a certificate, whoever connects. @throws the system's error when a file cannot be read */
export function tlsOptions(config: BmpTlsConfig): SecureContextOptions & TlsOptions {
  return {
    cert: readFileSync(config.certificate),
    key: readFileSync(config.key),
    ca: readFileSync(config.ca),
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
  };
}
