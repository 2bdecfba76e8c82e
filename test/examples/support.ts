import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const PROGRAM = resolve('dist/cli/main.js');

export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A running Peerline: what it wrote to its log, as objects. */
export class Program {
  readonly log: Record<string, unknown>[] = [];
  readonly #child: ChildProcess;

  constructor(conf: string) {
    this.#child = spawn(process.execPath, [PROGRAM, 'run', conf, '--log-format', 'json'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const { stderr } = this.#child;
    if (stderr === null) throw new Error('no standard error');
    createInterface({ input: stderr }).on('line', (line) => this.log.push(JSON.parse(line)));
  }

  /** The lines that its processes wrote to their standard error. */
  get said(): string[] {
    return this.log.flatMap(({ stderr }) => (typeof stderr === 'string' ? [stderr] : []));
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const exited = new Promise((done) => this.#child.once('exit', done));
    this.#child.kill('SIGTERM');
    await exited;
  }
}

/**
 * Copies of an example and of its router, with ports and temporary files of their own, so that tests may run
 * beside each other and beside a reader's.
 */
export class Sandbox {
  readonly directory = mkdtempSync(join(tmpdir(), 'peerline-example-'));
  readonly ports: Readonly<Record<'bgp' | 'bmp' | 'http', number>>;
  readonly #programs: Program[] = [];

  private constructor(ports: Sandbox['ports'], examples: readonly string[]) {
    this.ports = ports;
    for (const name of examples) this.#copy(name);
  }

  static async of(...examples: readonly string[]): Promise<Sandbox> {
    const [bgp, bmp, http] = [await freePort(), await freePort(), await freePort()];
    return new Sandbox({ bgp, bmp, http }, examples);
  }

  #copy(name: string): void {
    const target = join(this.directory, name);
    cpSync(resolve('examples', name), target, { recursive: true });
    for (const file of readdirSync(target).filter((each) => each.endsWith('.conf'))) {
      const text = readFileSync(join(target, file), 'utf8')
        .replaceAll('11800', String(this.ports.bgp))
        .replaceAll('11019', String(this.ports.bmp))
        .replaceAll('11080', String(this.ports.http))
        .replaceAll('/tmp/peerline-', `${this.directory}/`);
      writeFileSync(join(target, file), text);
    }
  }

  path(...parts: readonly string[]): string {
    return join(this.directory, ...parts);
  }

  run(...parts: readonly string[]): Program {
    const program = new Program(this.path(...parts));
    this.#programs.push(program);
    return program;
  }

  async end(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop()));
    rmSync(this.directory, { recursive: true, force: true });
  }
}
