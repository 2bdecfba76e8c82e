import { type CaseResult, caseId } from './result.ts';

const HEADINGS = ['suite', 'cases', 'passed', 'failed', 'skipped'] as const;
const DETAIL_LENGTH = 400;

/** One line for each suite and for their sum, then whatever failed, then why suites were skipped. */
export function print(results: readonly CaseResult[]): void {
  const suites = [...new Set(results.map(({ suite }) => suite))];
  const rows = suites.map((suite) =>
    row(
      suite,
      results.filter((one) => one.suite === suite),
    ),
  );
  const table = [[...HEADINGS], ...rows, row('all', results)];
  const lines = table.map(([name = '', ...counts]) =>
    [name.padEnd(16), ...counts.map((count) => count.padStart(8))].join(''),
  );
  process.stdout.write(`${lines.join('\n')}\n`);
  for (const one of results) {
    if (one.status === 'failed') {
      process.stdout.write(`failed: ${caseId(one)}: ${(one.detail ?? '').slice(0, DETAIL_LENGTH)}\n`);
    } else if (one.name === '*') {
      process.stdout.write(`skipped: ${one.suite}: ${one.detail ?? ''}\n`);
    }
  }
}

function row(name: string, results: readonly CaseResult[]): string[] {
  const count = (status: CaseResult['status']) =>
    String(results.filter((one) => one.status === status).length);
  return [name, String(results.length), count('passed'), count('failed'), count('skipped')];
}
