import { existsSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { Acks } from './acks.ts';
import type { Addresses, Log } from './addresses.ts';
import { type Health, type HealthEvent, INITIAL, isPending, isTold, type State, transition } from './fsm.ts';
import { linesFor } from './lines.ts';
import type { Network } from './networks.ts';
import type { Options } from './options.ts';
import { shell } from './shell.ts';

export interface HealthcheckOptions {
  readonly options: Options;
  readonly networks: readonly Network[];
  readonly addresses: Pick<Addresses, 'add' | 'remove' | 'restore'>;
  readonly input: Readable;
  readonly output: Writable;
  /** False: nobody answers, as when a person runs it in a terminal. */
  readonly acks: boolean;
  readonly apiVersion: string;
  /** Tells that it shall end. */
  readonly stop: AbortController;
  readonly log: Log;
  readonly debug: Log;
}

/** A core that has not answered for so long has its answers turned off. */
const ACK_TIMEOUT_MS = 10_000;

const HOOKS = { UP: 'up-execute', DOWN: 'down-execute', DISABLED: 'disabled-execute' } as const;

/** Checks, counts, announces, until it is stopped. */
export class Healthcheck {
  readonly #given: HealthcheckOptions;
  readonly #options: Options;
  readonly #signal: AbortSignal;
  readonly #acks: Acks;
  #health: Health = INITIAL;
  #told: State | undefined;
  #waitsForAcks: boolean;

  constructor(given: HealthcheckOptions) {
    this.#given = given;
    this.#options = given.options;
    this.#signal = given.stop.signal;
    this.#waitsForAcks = given.acks;
    this.#acks = new Acks(given.input, {
      signal: this.#signal,
      ended: () => {
        if (this.#waitsForAcks) given.stop.abort();
      },
    });
  }

  async run(): Promise<void> {
    while (this.#health.state !== 'EXIT' && this.#health.state !== 'END') {
      const event = await this.#check();
      await this.#become(transition(this.#health, this.#signal.aborted ? 'exit' : event, this.#rules));
      await this.#tell();
      this.#health = transition(this.#health, 'announced', this.#rules);
      if (this.#health.state !== 'END') await this.#sleep();
    }
    if (this.#health.state === 'EXIT') this.#given.addresses.restore();
  }

  get #rules() {
    return { rise: this.#options.rise, fall: this.#options.fall, once: this.#options.interval === 0 };
  }

  async #check(): Promise<HealthEvent> {
    const { disable, command, timeout, debug } = this.#options;
    if (disable !== undefined && existsSync(disable)) return 'disabled';
    if (command === undefined) return 'success';
    const outcome = await shell(command, { timeoutSeconds: timeout, signal: this.#signal, verbose: debug });
    if (outcome === 0) return 'success';
    if (outcome !== 'aborted') this.#given.debug(`the check failed: ${outcome}`);
    return 'failure';
  }

  /** A change of state runs its hooks before anything is announced. */
  async #become(next: Health): Promise<void> {
    const { state } = this.#health;
    this.#health = next;
    if (next.state === state) return;
    this.#given.debug(`${state} -> ${next.state}`);
    if (next.state === 'EXIT') return;
    if (isTold(next.state)) this.#given.log(`the service is ${next.state.toLowerCase()}`);
    this.#setUp(next.state);
    await this.#hooks(next.state);
  }

  #setUp(state: State): void {
    if (!this.#options['dynamic-ip-setup']) return;
    if (state === 'UP') this.#given.addresses.add();
    if (state === 'DOWN' || state === 'DISABLED') this.#given.addresses.remove();
  }

  async #hooks(state: State): Promise<void> {
    const own = state === 'UP' || state === 'DOWN' || state === 'DISABLED' ? this.#options[HOOKS[state]] : [];
    const { signal } = this.#given.stop;
    for (const command of [...own, ...this.#options.execute]) {
      const verbose = this.#options.debug;
      const outcome = await shell(command, { timeoutSeconds: 0, signal, verbose, env: { STATE: state } });
      if (outcome !== 0) this.#given.log(`'${command}' ended with ${outcome}`);
    }
  }

  async #tell(): Promise<void> {
    const { state } = this.#health;
    if (!isTold(state) || (this.#options.debounce && this.#told === state)) return;
    this.#told = state;
    const { networks, apiVersion } = this.#given;
    for (const line of linesFor({ state, networks, options: this.#options, apiVersion })) {
      this.#given.output.write(`${line}\n`);
      if (this.#waitsForAcks && state !== 'EXIT') await this.#ack(line);
    }
  }

  async #ack(line: string): Promise<void> {
    const reply = await this.#acks.next(ACK_TIMEOUT_MS);
    if (reply === 'error') this.#given.log(`refused: ${line}`);
    if (reply !== 'none' || this.#signal.aborted) return;
    this.#waitsForAcks = false;
    this.#given.log("no answer: not waiting for 'done' any more (--no-ack)");
  }

  #sleep(): Promise<void> {
    const pending = isPending(this.#health.state);
    const seconds = this.#options[pending ? 'fast-interval' : 'interval'];
    return new Promise((resolve) => {
      if (this.#signal.aborted) return resolve();
      const wake = () => {
        clearTimeout(timer);
        this.#signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, seconds * 1000);
      this.#signal.addEventListener('abort', wake);
    });
  }
}
