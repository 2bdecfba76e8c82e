import process from 'node:process';

/** Whether a terminal is shown colors: not when NO_COLOR says anything. */
export function takesColor(terminal: boolean | undefined): boolean {
  return terminal === true && (process.env.NO_COLOR ?? '') === '';
}
