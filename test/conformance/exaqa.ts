import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { type CaseResult, caseId, failed, passed, skipped } from './result.ts';

interface ExaqaOptions {
  readonly shared: string;
  readonly command: string;
  readonly folder: string;
  readonly suites: readonly string[];
  /** Runs these cases only. */
  readonly cases?: readonly string[];
  /** Settings beside those of the cases. */
  readonly settings?: Readonly<Record<string, string>>;
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

/** Cases that run with settings of their own (settings.json): these, and why. */
interface Special {
  readonly why: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly cases: readonly string[];
}

/**
 * ExaBGP's own cases. What some of them need set stands in settings.json, with the reason, and they run once more with
 * that, which then counts.
 */
export function runExaqa(options: ExaqaOptions & { readonly root: string }): CaseResult[] {
  const file = join(options.root, 'test/conformance/settings.json');
  const specials = JSON.parse(readFileSync(file, 'utf8')) as readonly Special[];
  const results = play(options);
  return specials.reduce((before, special) => withSettings(before, special, options), results);
}

function withSettings(
  results: readonly CaseResult[],
  { settings, cases }: Special,
  options: ExaqaOptions,
): CaseResult[] {
  const concerned = results.filter((result) => cases.includes(caseId(result)));
  if (concerned.length === 0) return [...results];
  const suites = [...new Set(concerned.map(({ suite }) => suite))];
  const again = play({ ...options, suites, settings, cases: concerned.map(caseId) });
  return results.map((result) => {
    if (!concerned.includes(result)) return result;
    if (result.status === 'passed')
      return failed(result.suite, result.name, 'passes without its settings: remove it from settings.json');
    const settled = again.find((one) => caseId(one) === caseId(result));
    return settled ?? failed(result.suite, result.name, 'was not run with its settings');
  });
}

/** Cases run by the Python runner that ships with them, against the built command. */
function play({ shared, command, folder, suites, cases = [], settings = {} }: ExaqaOptions): CaseResult[] {
  if (spawnSync('python3', ['--version']).error !== undefined) {
    return suites.map((suite) => skipped(suite, '*', 'there is no python3 here'));
  }
  const file = join(folder, 'exaqa.json');
  rmSync(file, { force: true });
  const args = [
    join(shared, 'tools/exaqa/run.py'),
    ...['--qa', join(shared, 'exabgp-qa'), '--adapter', 'ours', '--json', file],
    ...suites.flatMap((suite) => ['--suite', suite]),
    ...(cases.length === 0 ? [] : ['--case', ...cases]),
  ];
  const env = { ...process.env, ...settings, BGP_BIN: `${process.execPath} ${command}` };
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
