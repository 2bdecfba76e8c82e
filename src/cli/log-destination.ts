import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import process from 'node:process';
import { type DestinationStream, pino } from 'pino';

/** Octets of log lines that are kept for a reader that does not read; beyond, lines are dropped. */
const KEPT_OCTETS = 4 * 1024 * 1024;

export interface Destination {
  readonly stream: DestinationStream;
  /** People read it. */
  readonly terminal: boolean;
  /** Calls back when all lines are written: never, when nobody reads them. */
  flush(written: () => void): void;
  reopen(): void;
}

export class DestinationError extends Error {}

/** What `log.destination` names. @throws DestinationError */
export function openDestination(text: string, umask: number): Destination {
  if (text === 'stdout') return descriptor(1, process.stdout.isTTY);
  if (text === 'stderr' || text === '') return descriptor(2, process.stderr.isTTY);
  if (text === 'syslog') return localSyslog();
  if (text.startsWith('host:')) return remoteSyslog(text.slice('host:'.length));
  return file(text, umask);
}

/** With a minLength of 0 a flush calls back before anything is written. */
const BUFFERING = { sync: false, minLength: 1, maxLength: KEPT_OCTETS } as const;

function descriptor(dest: 1 | 2, terminal: boolean): Destination {
  return { ...buffered(pino.destination({ dest, ...BUFFERING })), terminal, reopen: () => undefined };
}

function file(path: string, umask: number): Destination {
  const mode = 0o666 & ~umask;
  try {
    closeSync(openSync(path, 'a', mode));
  } catch (err) {
    throw new DestinationError(`log file ${path}: ${(err as Error).message}`);
  }
  const stream = pino.destination({ dest: path, append: true, mode, ...BUFFERING });
  return { ...buffered(stream), terminal: false, reopen: () => stream.reopen() };
}

/** A disk that is full, or a reader that is gone, is no reason to end, nor to stay: the rest is given up at the end. */
function buffered(stream: ReturnType<typeof pino.destination>): Pick<Destination, 'stream' | 'flush'> {
  stream.on('error', () => undefined);
  const flush = (written: () => void) =>
    stream.flush((err) => {
      // else pino would try again for ever when the program exits
      if (err) stream.destroy();
      written();
    });
  return { stream, flush };
}

/** Facility and severities of RFC 5424, by pino's levels. */
const DAEMON = 3;
const SEVERITIES: readonly (readonly [number, number])[] = [
  [60, 2],
  [50, 3],
  [40, 4],
  [30, 6],
];

function priority(level: number): number {
  return DAEMON * 8 + (SEVERITIES.find(([from]) => level >= from)?.[1] ?? 7);
}

/** A stream that is told each line's level. */
function leveled(write: (line: string, priority: number) => void): DestinationStream {
  const stream = {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 30,
    write: (line: string) => write(line.trimEnd(), priority(stream.lastLevel)),
  };
  return stream;
}

/** Node.js has no Unix datagram sockets: logger(1), which every Linux and BSD has, writes for us. */
function localSyslog(): Destination {
  const logger = spawn('logger', ['--prio-prefix', '--tag', 'peerline'], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  let failed = false;
  const fall = () => {
    if (!failed) process.stderr.write('syslog cannot be written (logger is missing): the log goes here\n');
    failed = true;
  };
  logger.on('error', fall).on('exit', fall).unref();
  logger.stdin.on('error', fall);
  const stream = leveled((line, pri) => {
    if (failed) process.stderr.write(`${line}\n`);
    else if (logger.stdin.writableLength < KEPT_OCTETS) logger.stdin.write(`<${pri}>${line}\n`);
  });
  const flush = (written: () => void) => logger.stdin.write('', () => written());
  return { stream, terminal: false, flush, reopen: () => undefined };
}

const SYSLOG_PORT = 514;

/** `ADDRESS` or `ADDRESS:PORT`, an IPv6 address with a port in brackets: one datagram a line. */
function remoteSyslog(text: string): Destination {
  const match = /^(?:\[(.+)\](?::(\d+))?|([^:]+)(?::(\d+))?|(.+:.*:.*))$/.exec(text);
  const host = match?.[1] ?? match?.[3] ?? match?.[5];
  const port = Number(match?.[2] ?? match?.[4] ?? SYSLOG_PORT);
  if (host === undefined || port < 1 || port > 65535)
    throw new DestinationError(`log destination host:${text}: expected host:ADDRESS or host:ADDRESS:PORT`);
  // loaded by who needs it: it takes memory
  const socket = process.getBuiltinModule('node:dgram').createSocket(host.includes(':') ? 'udp6' : 'udp4');
  let waiting = 0;
  let flushed: (() => void) | undefined;
  socket.on('error', () => undefined).unref();
  const stream = leveled((line, pri) => {
    waiting++;
    socket.send(`<${pri}>peerline[${process.pid}]: ${line}`, port, host, () => {
      waiting--;
      if (waiting === 0) flushed?.();
    });
  });
  const flush = (written: () => void) => {
    if (waiting === 0) written();
    else flushed = written;
  };
  return { stream, terminal: false, flush, reopen: () => undefined };
}
