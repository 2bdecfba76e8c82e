import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { Readable } from 'node:stream';

/** stdin, stdout and stderr of a child that is about to be started. */
export interface ChildPipes {
  /** The child's ends, for `stdio`. */
  readonly childEnds: readonly [number, number, number];
  readonly stdin: Socket;
  readonly stdout: Socket;
  readonly stderr: Socket;
  /** To be called once the child has its copies: else its end of file never comes. */
  closeChildEnds(): void;
  /** Instead, where there will be no child. */
  close(): void;
}

/*
 * Node can only make socketpairs for a child, and `/dev/stdin` or `/dev/stdout` cannot be opened on a socket:
 * `cat /dev/stdin`, `echo x > /dev/stdout` and open('/dev/stdin') would fail in every handler. A shell can make
 * pipes, and /proc lets us open them again, so a short-lived shell lends three: descriptors 5, 6 and 3 of one
 * process in it (0 and 1 change while its commands are redirected). That process names itself: /proc/self,
 * opened by a builtin, is the process without a fork. It waits for the end of our stdin: no signals are needed,
 * none of them outlives us, and the shell reaps all it made, which as PID 1 of a container we would have to.
 */
const LENDER = `exec 4<&0
: | { : | { read -r pid rest </proc/self/stat; echo "$pid" >&2; read -r end <&4; } 5<&0 6>&1 | :; } 3<&0`;
const LENT = [5, 6, 3] as const;
const DEADLINE_MS = 2_000;
/** As much as a pipe holds, as a rule. */
const READ_OCTETS = 64 * 1024;

/** More than a child takes in any of the ways to start one. */
const DESCRIPTORS = 16;

/** Whether there are descriptors left to start a child. */
export function hasDescriptors(): boolean {
  const opened: number[] = [];
  try {
    for (let i = 0; i < DESCRIPTORS; i++) opened.push(openSync('/dev/null', constants.O_RDONLY));
    return true;
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    return code !== 'EMFILE' && code !== 'ENFILE';
  } finally {
    closeAll(opened);
  }
}

/** Undefined: the system has no room for a program. Node tells some of the reasons so, and others as an event. */
export function started<T extends ChildProcess>(start: () => T): T | undefined {
  try {
    return start();
  } catch (err) {
    if ((err as NodeJS.ErrnoException).code === undefined) throw err;
    return undefined;
  }
}

/** Real anonymous pipes; undefined where they cannot be had (no /proc, no shell, no descriptors or memory left). */
export async function borrowPipes(): Promise<ChildPipes | undefined> {
  if (process.platform !== 'linux') return undefined;
  const lender = started(() =>
    spawn('/bin/sh', ['-c', LENDER], { stdio: ['pipe', 'ignore', 'pipe'], detached: true, cwd: '/' }),
  );
  if (lender === undefined) return undefined;
  const ended = new Promise<void>((resolve) => {
    lender.once('exit', () => resolve()).once('error', () => resolve());
  });
  lender.stdin.on('error', () => undefined); // it ended first
  const deadline = setTimeout(() => lender.kill('SIGKILL'), DEADLINE_MS);
  try {
    const pid = await lendingProcess(lender.stderr, ended);
    return pid === undefined ? undefined : openAll(pid);
  } finally {
    lender.stdin.destroy();
    await ended;
    lender.stderr.destroy();
    clearTimeout(deadline);
  }
}

/** The number that is told, once it is told in full; undefined: the shell ended without. */
function lendingProcess(stderr: Readable, ended: Promise<void>): Promise<number | undefined> {
  return new Promise((resolve) => {
    let told = '';
    stderr.setEncoding('latin1').on('data', (text: string) => {
      told += text;
      if (!told.includes('\n')) return;
      resolve(/^[1-9]\d*\n/.test(told) ? Number.parseInt(told, 10) : undefined);
    });
    void ended.then(() => resolve(undefined));
  });
}

interface Pipe {
  readonly read: number;
  readonly write: number;
}

function openAll(pid: number): ChildPipes | undefined {
  const opened: number[] = [];
  try {
    const pipes = LENT.map((fd) => openPipe(`/proc/${pid}/fd/${fd}`, opened));
    const [stdin, stdout, stderr] = pipes as [Pipe, Pipe, Pipe];
    const childEnds = [stdin.read, stdout.write, stderr.write] as const;
    const ours = {
      stdin: new Socket({ fd: stdin.write, readable: false, writable: true }),
      stdout: readingSocket(stdout.read),
      stderr: new Socket({ fd: stderr.read, readable: true, writable: false }),
    };
    const closeChildEnds = () => closeAll(childEnds);
    const close = () => {
      closeChildEnds();
      for (const socket of Object.values(ours)) socket.destroy();
    };
    return { childEnds, ...ours, closeChildEnds, close };
  } catch (err) {
    closeAll(opened);
    if ((err as NodeJS.ErrnoException).code === undefined) throw err;
    return undefined;
  }
}

/**
 * Gives what it reads as `data` events whose octets are valid during the event, or until it is resumed where that paused
 * it: one buffer for all, and nothing of what a stream does for each chunk.
 */
function readingSocket(fd: number): Socket {
  const onread: OnReadOpts = {
    buffer: Buffer.allocUnsafeSlow(READ_OCTETS),
    callback: (length, buffer) => socket.emit('data', buffer.subarray(0, length)),
  };
  const options: SocketConstructorOpts & { onread: OnReadOpts } = {
    fd,
    readable: true,
    writable: false,
    onread,
  };
  const socket = new Socket(options);
  return socket;
}

/**
 * Both ends of the pipe at `path`. Each is a file description of its own, so that ours can be non-blocking while
 * the child's are made blocking again when it starts. Node opens close-on-exec: no other child inherits them.
 * Reading end first: it opens without a writer, the writing end would fail without a reader.
 */
function openPipe(path: string, opened: number[]): Pipe {
  if (!readlinkSync(path).startsWith('pipe:')) throw Object.assign(new Error(path), { code: 'ENXIO' });
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  opened.push(read);
  const write = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  opened.push(write);
  return { read, write };
}

function closeAll(fds: readonly number[]): void {
  for (const fd of fds) closeSync(fd);
}
