/** What a TypeScript program may import: the codecs as plain functions, the configuration, and the daemon. */
export { type CodecContext, DEFAULT_CONTEXT } from './bgp/context.ts';
export { MalformedAttributeError, NotificationError } from './bgp/errors.ts';
export type { Message } from './bgp/message.ts';
export { decodeMessage } from './bgp/message.ts';
export { sendOctetsOf } from './bgp/octets-of.ts';
export type { Route } from './bgp/route.ts';
export { decodeBmp, encodeBmp } from './bmp/index.ts';
export type { BmpMessage } from './bmp/messages.ts';
export { BmpRouter } from './bmp/router.ts';
export { type Environment, readEnvironment } from './config/environment.ts';
export { ConfigErrors } from './config/errors.ts';
export { type Loaded, type LoadInput, loadConfig } from './config/load.ts';
export type { Config } from './config/model.ts';
export { Daemon, type DaemonOptions } from './daemon/daemon.ts';
export { type Encoder, encoderFor } from './events/encoder.ts';
export type { Event } from './events/event.ts';
export { type Clock, SYSTEM_CLOCK } from './session/clock.ts';
