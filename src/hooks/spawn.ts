import { PassThrough, Readable, type Writable } from 'node:stream';
import { execa } from 'execa';
import { borrowPipes, hasDescriptors } from './pipes.ts';

/** How a process ended; `failure`: it was never started. */
export interface Exit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly failure?: string;
  /** What the system had too little of to start it: nothing that the program could help. */
  readonly shortage?: Shortage;
}

/** Descriptors, of this process or of all; processes; memory. */
const SHORTAGES = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM'] as const;
export type Shortage = (typeof SHORTAGES)[number];

export interface Spawned {
  /** Also its process group; undefined: it could not be executed. */
  readonly pid: number | undefined;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Its own end: others may still hold its pipes. */
  readonly exited: Promise<Exit>;
  /** False: Node's socketpairs, which `/dev/stdin` cannot be opened on. */
  readonly realPipes: boolean;
}

export interface SpawnOptions {
  readonly run: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Without descriptors Node tells of an error only when it is too late to listen for it. */
function withoutDescriptors(): Spawned {
  const failure = 'no descriptors are left (EMFILE)';
  return {
    pid: undefined,
    stdin: new PassThrough().destroy(),
    stdout: Readable.from([]),
    stderr: Readable.from([]),
    exited: Promise.resolve({ code: undefined, signal: undefined, failure, shortage: 'EMFILE' }),
    realPipes: true,
  };
}

/** Starts `run` in a process group of its own. Never throws for what the program or the system does. */
export async function spawnProcess({ run, cwd, env }: SpawnOptions): Promise<Spawned> {
  const [file = '', ...args] = run;
  if (!hasDescriptors()) return withoutDescriptors();
  const pipes = await borrowPipes();
  if (!hasDescriptors()) {
    pipes?.close();
    return withoutDescriptors();
  }
  // Any descriptor will do; execa's types name those up to 9 only.
  const ends = pipes?.childEnds as readonly [3, 4, 5] | undefined;
  const subprocess = execa(file, args, {
    stdio: ends ?? (['pipe', 'pipe', 'pipe'] as const),
    cwd,
    env: { ...env },
    extendEnv: false,
    detached: true,
    cleanup: false, // has no effect on a detached process: groups.ts ends the group
    buffer: false, // else execa ends a process that has written 100 MB
    reject: false,
    stripFinalNewline: false,
  });
  pipes?.closeChildEnds();
  const exited = new Promise<Exit>((resolve) => {
    subprocess.once('exit', (code, signal) =>
      resolve({ code: code ?? undefined, signal: signal ?? undefined }),
    );
    if (subprocess.pid !== undefined) return;
    subprocess.then(({ originalMessage, shortMessage, code }) => {
      const shortage = SHORTAGES.find((each) => each === code);
      resolve({
        code: undefined,
        signal: undefined,
        failure: originalMessage ?? shortMessage ?? 'not started',
        ...(shortage === undefined ? {} : { shortage }),
      });
    });
  });
  const { stdin, stdout, stderr } = pipes ?? subprocess;
  if (stdin === null || stdout === null || stderr === null) throw new Error('a child without pipes');
  return { pid: subprocess.pid, stdin, stdout, stderr, exited, realPipes: pipes !== undefined };
}
