import { freePort } from '../../support/e2e.ts';
import { until } from '../../support/wait.ts';
import { type Connection, FakeRouter, FENCE_COMMAND, isFence, type OpenFields } from './fake-router.ts';
import { type ProgramName, Running } from './programs.ts';

/** What two programs are asked to do alike. */
export interface Scenario {
  readonly name: string;
  /** Addresses of the routers that listen. */
  readonly routers: readonly string[];
  /** Processes and their encoders. */
  readonly processes: Readonly<Record<string, 'json' | 'text'>>;
  /** Names of processes that a reload brings. */
  readonly later?: readonly string[];
  /** Of the program's environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The program waits for the routers to connect, on the port that `neighbors` is given. */
  readonly dialing?: boolean;
  /** The neighbors of the configuration, for routers on this port. */
  neighbors(port: number): string;
  act(lab: Lab): Promise<void>;
}

/** All that a program wrote in a scenario, by where it wrote it. */
export type Transcript = Readonly<Record<string, readonly string[]>>;

export const ROUTER = '127.0.0.1';
/** The name of the process, where there is one. */
export const HANDLER = 'handler';

/** One program in one scenario: its routers, its handlers. */
export class Lab {
  readonly program: Running;
  readonly #routers: ReadonlyMap<string, FakeRouter>;
  readonly #port: number;

  private constructor(program: Running, routers: ReadonlyMap<string, FakeRouter>, port: number) {
    this.program = program;
    this.#routers = routers;
    this.#port = port;
  }

  static async play(name: ProgramName, scenario: Scenario, directory: string): Promise<Transcript> {
    const port = await freePort('127.0.0.1');
    const routers = new Map<string, FakeRouter>();
    for (const address of scenario.routers) {
      const router = scenario.dialing ? FakeRouter.dialing() : await FakeRouter.listen(address, port);
      routers.set(address, router);
    }
    const program = await Running.start(name, {
      directory,
      processes: Object.keys(scenario.processes),
      later: scenario.later,
      settings: scenario.settings,
      configuration: (run) => `${processSections(scenario, run)}\n${scenario.neighbors(port)}`,
    });
    const lab = new Lab(program, routers, port);
    try {
      await scenario.act(lab);
      return lab.#transcript();
    } catch (err) {
      throw new Error(
        `${name}, ${scenario.name}: ${String(err)}\n${lab.#told()}\n${program.output.slice(-3000)}`,
      );
    } finally {
      await program.stop();
      for (const router of routers.values()) await router.stop();
    }
  }

  connection(count = 1, address = ROUTER): Promise<Connection> {
    return this.#router(address).connection(count);
  }

  /** The router opens a connection. */
  dial(address = ROUTER): Promise<Connection> {
    return this.#router(address).dial(address, this.#port);
  }

  #router(address: string): FakeRouter {
    const router = this.#routers.get(address);
    if (router === undefined) throw new Error(`no router at ${address}`);
    return router;
  }

  /** The `count`th connection, once the session on it is established and its first routes are sent. */
  async established(open: OpenFields, { count = 1, address = ROUTER } = {}): Promise<Connection> {
    const connection = await this.connection(count, address);
    await connection.establish(open);
    await this.fence(address, count);
    return connection;
  }

  /** Waits until all that was commanded before is on the wire. */
  async fence(address = ROUTER, count = 1, process = HANDLER): Promise<void> {
    const connection = await this.connection(count, address);
    const before = connection.fences;
    // no session yet gets `error`
    await until('a fence', async () => {
      const replies = await this.program.handler(process).command(`neighbor ${address} ${FENCE_COMMAND}`);
      return replies.at(-1) === 'done';
    });
    await until('the fence', () => connection.fences > before);
  }

  /** Writes a command, and waits for its reply and for what it sends. */
  async command(
    text: string,
    { process = HANDLER, count = 1, address = ROUTER, fence = true } = {},
  ): Promise<void> {
    const replies = await this.program.handler(process).command(text);
    this.commands.push(...[`> ${text}`, ...replies]);
    if (fence) await this.fence(address, count, process);
  }

  /** Commands and their replies. */
  readonly commands: string[] = [];

  /** Waits for the event that is the last to be compared; what comes after it on other connections is not. */
  async last(part: string): Promise<void> {
    await this.heard(part);
    const { events } = this.program.handler(HANDLER);
    this.#end = events.findIndex((event) => bare(event).includes(bare(part))) + 1;
  }

  #end: number | undefined;

  /** Waits for the `count`th event in which this stands; blanks mean nothing. */
  heard(part: string, { process = HANDLER, count = 1 } = {}): Promise<true> {
    const { events } = this.program.handler(process);
    return until(
      `an event with ${part} ×${count}`,
      () => events.filter((e) => bare(e).includes(bare(part))).length >= count,
    );
  }

  #told(): string {
    return [...this.program.handlers]
      .map(([name, { events, replies }]) => `${name}:\n${[...events, ...replies].join('\n')}`)
      .join('\n');
  }

  #transcript(): Transcript {
    const transcript: Record<string, readonly string[]> = { commands: this.commands };
    for (const [address, { connections }] of this.#routers) {
      const compared = this.#end === undefined ? connections : connections.slice(0, 1);
      transcript[`connections of ${address}`] = [String(compared.length)];
      compared.forEach(({ messages }, i) => {
        transcript[`wire of ${address}, connection ${i + 1}`] = messages.filter((each) => !isFence(each));
      });
    }
    for (const [name, { events }] of this.program.handlers) {
      for (const event of events.slice(0, this.#end).filter(isNoFence)) {
        // what happens to one neighbor has an order, what happens to two has none
        const whose = /"peer": ?"([\d.]+)"|^neighbor (\S+)/.exec(event);
        const where = `events of ${name} for ${whose?.[1] ?? whose?.[2] ?? 'nobody'}`;
        transcript[where] = [...(transcript[where] ?? []), event];
      }
    }
    return transcript;
  }
}

const bare = (text: string) => text.replaceAll(/\s/g, '');

function isNoFence(event: string): boolean {
  return !/eor.*multicast|900F0003000102|"safi" : "multicast"/s.test(event);
}

function processSections({ processes }: Scenario, run: (process: string) => string): string {
  return Object.entries(processes)
    .map(([name, encoder]) => `process ${name} { run ${run(name)}; encoder ${encoder}; }`)
    .join('\n');
}
