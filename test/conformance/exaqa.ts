import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type CaseResult, failed, passed, skipped } from './result.ts';

interface ExaqaOptions {
  readonly shared: string;
  readonly command: string;
  readonly folder: string;
  readonly suites: readonly string[];
}

/** The runner's own words for one case. */
interface Played {
  readonly suite: string;
  readonly case: string;
  readonly status: string;
  readonly reason: string;
  readonly expected: readonly string[];
  readonly got: string;
}

/** ExaBGP's own cases, run by the Python runner that ships with them, against the built command. */
export function runExaqa({ shared, command, folder, suites }: ExaqaOptions): CaseResult[] {
  if (spawnSync('python3', ['--version']).error !== undefined) {
    return suites.map((suite) => skipped(suite, '*', 'there is no python3 here'));
  }
  const file = join(folder, 'exaqa.json');
  const args = [
    join(shared, 'tools/exaqa/run.py'),
    ...['--qa', join(shared, 'exabgp-qa'), '--adapter', 'ours', '--json', file],
    ...suites.flatMap((suite) => ['--suite', suite]),
  ];
  const env = { ...process.env, BGP_BIN: `${process.execPath} ${command}` };
  const run = spawnSync('python3', args, { env, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (!existsSync(file)) {
    const detail = `the runner said nothing: ${(run.stderr ?? '').slice(-300)}`;
    return suites.map((suite) => failed(suite, '*', detail));
  }
  const { results } = JSON.parse(readFileSync(file, 'utf8')) as { results: readonly Played[] };
  return results.map((one) =>
    one.status === 'PASS' ? passed(one.suite, one.case) : failed(one.suite, one.case, detailOf(one)),
  );
}

function detailOf({ status, reason, expected, got }: Played): string {
  return `${status} ${reason}; expected ${expected[0] ?? 'nothing'}; got ${got === '' ? 'nothing' : got}`;
}
