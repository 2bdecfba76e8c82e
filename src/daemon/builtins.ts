/*
 * Parts of Node that few configurations need. Each takes memory and time once it is loaded, so that it is when somebody asks.
 */

export const tls = (): typeof import('node:tls') => process.getBuiltinModule('node:tls');
export const crypto = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');
export const zlib = (): typeof import('node:zlib') => process.getBuiltinModule('node:zlib');
