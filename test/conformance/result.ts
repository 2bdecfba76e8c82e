/** What became of one case; a name is unique in its suite. */
export interface CaseResult {
  readonly suite: string;
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** What was wrong, or why it was skipped. */
  readonly detail?: string;
}

export const passed = (suite: string, name: string): CaseResult => ({ suite, name, status: 'passed' });

export const failed = (suite: string, name: string, detail: string): CaseResult => ({
  suite,
  name,
  status: 'failed',
  detail,
});

export const skipped = (suite: string, name: string, detail: string): CaseResult => ({
  suite,
  name,
  status: 'skipped',
  detail,
});

/** A case passed when there is nothing to say about it. */
export function judged(suite: string, name: string, problem: string | undefined): CaseResult {
  return problem === undefined ? passed(suite, name) : failed(suite, name, problem);
}

/** `suite/name`: how a case is listed. */
export function caseId({ suite, name }: CaseResult): string {
  return `${suite}/${name}`;
}
