import { copyFileSync, cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { runBgp } from './bgp.ts';
import { runBmp } from './bmp.ts';
import { runExaqa } from './exaqa.ts';
import { runMalformedFiles } from './malformed-files.ts';
import { runMalformedMessages } from './malformed-messages.ts';
import { runMrt } from './mrt.ts';
import { readPending, settle } from './pending.ts';
import { print } from './report.ts';
import { type CaseResult, caseId, skipped } from './result.ts';

interface Options {
  /** The project. */
  readonly root: string;
  /** For what the run leaves behind; empty. */
  readonly folder: string;
  /** Suites to run; none: all. */
  readonly suites: readonly string[];
}

interface Tested {
  readonly root: string;
  /** The built command. */
  readonly command: string;
  readonly folder: string;
}

interface Suite {
  readonly names: readonly string[];
  readonly needs: string;
  run(
    shared: string,
    tested: Tested,
    names: readonly string[],
  ): readonly CaseResult[] | Promise<readonly CaseResult[]>;
}

const SUITES: readonly Suite[] = [
  {
    names: ['encoding', 'decoding', 'parsing', 'json', 'api'],
    needs: 'exabgp-qa',
    run: (shared, tested, names) => runExaqa({ ...tested, shared, suites: names }),
  },
  { names: ['bgp'], needs: 'vectors/bgp', run: (shared) => runBgp(join(shared, 'vectors')) },
  { names: ['bmp'], needs: 'vectors/bmp', run: (shared) => runBmp(join(shared, 'vectors')) },
  { names: ['mrt'], needs: 'vectors/mrt', run: (shared) => runMrt(join(shared, 'vectors')) },
  {
    names: ['malformed'],
    needs: 'vectors/malformed-messages.jsonl',
    run: (shared, tested) =>
      runMalformedMessages({
        ...tested,
        suite: 'malformed',
        file: join(shared, 'vectors/malformed-messages.jsonl'),
      }),
  },
  {
    names: ['malformed-more'],
    needs: '',
    run: (_, tested) =>
      runMalformedMessages({
        ...tested,
        suite: 'malformed-more',
        file: join(tested.root, 'test/conformance/malformed-messages.jsonl'),
      }),
  },
  {
    names: ['malformed-files'],
    needs: 'vectors/malformed',
    run: (shared) => runMalformedFiles(join(shared, 'vectors/malformed')),
  },
];

/** Runs every suite whose data are beside the project, and prints what came of it. The exit code. */
export async function conformance(options: Options): Promise<number> {
  const shared = join(options.root, '../shared');
  const tested = { root: options.root, command: commandOf(options), folder: options.folder };
  const results: CaseResult[] = [];
  for (const suite of SUITES) {
    const names = suite.names.filter((name) => options.suites.length === 0 || options.suites.includes(name));
    if (names.length === 0) continue;
    if (existsSync(join(shared, suite.needs))) results.push(...(await suite.run(shared, tested, names)));
    else results.push(...names.map((name) => skipped(name, '*', `there is no ../shared/${suite.needs}`)));
  }
  const settled = settle(results, readPending(join(options.root, 'test/conformance/pending.json')));
  print(settled);
  const count = (status: CaseResult['status']) => settled.filter((one) => one.status === status).length;
  const counts = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  if (process.env.CI === 'true') writeCounts(join(options.root, 'test-results'), counts, settled);
  return counts.failed === 0 ? 0 : 1;
}

/** A copy of the built command: a build while this runs must not change what is tested. */
function commandOf({ root, folder }: Options): string {
  const command = join(folder, 'project/dist/cli/main.js');
  cpSync(join(root, 'dist/cli'), join(folder, 'project/dist/cli'), { recursive: true });
  copyFileSync(join(root, 'package.json'), join(folder, 'project/package.json'));
  return command;
}

function writeCounts(folder: string, counts: object, results: readonly CaseResult[]): void {
  const failures = results.filter(({ status }) => status === 'failed').map(caseId);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'conformance.json'),
    `${JSON.stringify({ ...counts, failures }, undefined, 1)}\n`,
  );
}
