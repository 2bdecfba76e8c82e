/** What is known of the service. `EXIT`: asked to end; `END`: done after one announcement (`--interval 0`). */
export type State = 'INIT' | 'DISABLED' | 'RISING' | 'FALLING' | 'UP' | 'DOWN' | 'EXIT' | 'END';

/**
 * `disabled`: the file exists, nothing was checked. `announced`: the lines of a state were written.
 * `exit`: SIGTERM, SIGINT, or the core is gone.
 */
export type HealthEvent = 'success' | 'failure' | 'disabled' | 'announced' | 'exit';

export interface Health {
  readonly state: State;
  /** Checks in a row with the outcome that RISING or FALLING count. */
  readonly checks: number;
}

export interface Rules {
  readonly rise: number;
  readonly fall: number;
  /** End after the first announcement. */
  readonly once: boolean;
}

export const INITIAL: Health = { state: 'INIT', checks: 0 };

export type ToldState = Extract<State, 'UP' | 'DOWN' | 'DISABLED' | 'EXIT'>;

/** The states in which every round announces or withdraws. */
export function isTold(state: State): state is ToldState {
  return state === 'UP' || state === 'DOWN' || state === 'DISABLED' || state === 'EXIT';
}

/** The states that are checked again after the fast interval. */
export function isPending(state: State): boolean {
  return state === 'INIT' || state === 'RISING' || state === 'FALLING';
}

/** Pure: what an event makes of the health. */
export function transition(health: Health, event: HealthEvent, rules: Rules): Health {
  if (health.state === 'END' || health.state === 'EXIT') return health;
  switch (event) {
    case 'exit':
      return at('EXIT');
    case 'announced':
      return rules.once && isTold(health.state) ? at('END') : health;
    case 'disabled':
      return at('DISABLED');
    case 'success':
      return health.state === 'DISABLED' ? INITIAL : succeeded(health, rules);
    case 'failure':
      return health.state === 'DISABLED' ? INITIAL : failed(health, rules);
  }
}

function succeeded({ state, checks }: Health, { rise }: Rules): Health {
  if (state === 'UP') return at('UP');
  const counted = state === 'RISING' ? checks + 1 : 1;
  return counted >= rise ? at('UP') : { state: 'RISING', checks: counted };
}

function failed({ state, checks }: Health, { fall }: Rules): Health {
  if (state === 'DOWN') return at('DOWN');
  const counted = state === 'FALLING' ? checks + 1 : 1;
  return counted >= fall ? at('DOWN') : { state: 'FALLING', checks: counted };
}

function at(state: State): Health {
  return { state, checks: 0 };
}
