import { printable, safeLine } from '../wire/text.ts';
import type { Connection, Outcome } from './connection.ts';

/** Asks, and gives each line of the reply away. */
export async function show(
  connection: Connection,
  command: string,
  give: (line: string) => void | Promise<void>,
): Promise<Outcome> {
  const reply = connection.ask(command);
  for (;;) {
    const { done, value } = await reply.next();
    if (done === true) return value;
    await give(value);
  }
}

export function isMonitor(command: string): boolean {
  return /^\s*monitor(\s|$)/.test(command);
}

/** Why a command came to nothing, as a person reads it. */
export function refusal(outcome: Outcome, command: string, reasons: readonly string[]): string {
  if (outcome === 'timeout') return `no answer to '${printable(command)}'`;
  if (outcome === 'closed') return 'the daemon closed the connection';
  const [reason] = reasons;
  if (reason === undefined)
    return `'${printable(command)}' was refused: the log of the daemon has the reason`;
  const place = /^column (\d+): (.*)$/s.exec(reason);
  if (place === null) return safeLine(reason);
  const column = Number(place[1]);
  const before = safeLine(command.slice(0, column - 1));
  const line = `${before}${safeLine(command.slice(column - 1))}`;
  return `${safeLine(place[2] ?? '')}\n  ${line}\n  ${' '.repeat(before.length)}^`;
}
