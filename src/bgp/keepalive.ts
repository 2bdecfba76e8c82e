import { message } from './header.ts';

/** KEEPALIVE, RFC 4271 section 4.4: a header alone. Never written to. */
export const KEEPALIVE: Uint8Array = message('keepalive', () => undefined);
