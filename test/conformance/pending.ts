import { readFileSync } from 'node:fs';
import { type CaseResult, caseId } from './result.ts';

/** Cases that are known to fail, by `suite/name`, with a word that says what they wait for. */
export type Pending = Readonly<Record<string, string>>;

export function readPending(file: string): Pending {
  return JSON.parse(readFileSync(file, 'utf8')) as Pending;
}

/** A case that waits counts as skipped; one that no longer fails has to leave the list. */
export function settle(results: readonly CaseResult[], pending: Pending): CaseResult[] {
  return results.map((result) => {
    const reason = pending[caseId(result)];
    if (reason === undefined || result.status === 'skipped') return result;
    if (result.status === 'failed') return { ...result, status: 'skipped', detail: `pending: ${reason}` };
    return { ...result, status: 'failed', detail: 'now passes: remove it from pending.json' };
  });
}
