// `npm run bench [-- --routes N] [--runs N] [--sessions N] [--only dump,churn] [--check]`: Peerline and ExaBGP under the
// same load, one after the other. Prints a table and writes it to docs/performance.md; with `--check` it writes nothing,
// and fails where a
// ratio of CPU times is less than half of the one that is recorded there.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, totalmem } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { EXABGP, PEERLINE } from './programs.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { makeTable } from './table.mjs';

const { values } = parseArgs({
  options: {
    routes: { type: 'string', default: '100000' },
    runs: { type: 'string', default: '3' },
    sessions: { type: 'string', default: '200' },
    only: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
});
/** With more of the machine in use by others, wall times say nothing: CPU times are compared. */
const QUIET_CORES = 0.2;
/** A ratio may fall to this part of the recorded one before `--check` fails. */
const TOLERATED = 0.5;
/** ExaBGP gets so much of the table: rates do not depend on it, and it would take minutes. */
const SHARE = { ExaBGP: 0.1, Peerline: 1 };
const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const MARKS = ['<!-- measured -->', '<!-- /measured -->'];
const UNITS = { seconds: 's', cpu: 's CPU', peakMb: 'MB', p50Ms: 'ms', p99Ms: 'ms', idleCores: 'cores' };
const NAMES = {
  seconds: 'time',
  cpu: 'CPU time',
  peakMb: 'peak memory',
  p50Ms: 'p50',
  p99Ms: 'p99',
  idleCores: 'CPU',
};

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

async function measure(scenario, program) {
  const count = Math.round(Number(values.routes) * SHARE[program.name]);
  const table = makeTable(count, 65002);
  const runs = [];
  for (let i = 0; i < Number(values.runs); i++) {
    const options = { table, count, port: await freePort(), sessions: Number(values.sessions) };
    runs.push(await scenario.run(program, options));
  }
  const figures = scenario.figures.map((key) => [key, median(runs.map((run) => run[key]))]);
  return { count, others: Math.max(...runs.map((run) => run.others ?? 0)), ...Object.fromEntries(figures) };
}

/** Figures that grow with the table are compared for each route. */
function ratio(key, ours, theirs) {
  const each = key === 'seconds' || key === 'cpu';
  const [mine, its] = each ? [ours[key] / ours.count, theirs[key] / theirs.count] : [ours[key], theirs[key]];
  return its / Math.max(mine, 1e-9);
}

const shown = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

function rowsOf(scenario, ours, theirs) {
  return scenario.figures.map((key) => {
    const sized = ({ count }) => (scenario.figures.includes('cpu') ? ` for ${count} routes` : '');
    const its =
      theirs === undefined ? undefined : ratio(key, withCount(scenario, ours), withCount(scenario, theirs));
    return {
      id: `${scenario.key} ${key}`,
      title: `${scenario.title}: ${NAMES[key]}`,
      ours: `${shown(ours[key])} ${UNITS[key]}${sized(ours)}`,
      theirs: theirs === undefined ? '–' : `${shown(theirs[key])} ${UNITS[key]}${sized(theirs)}`,
      ratio: its,
    };
  });
}

/** Sessions are as many for both. */
function withCount(scenario, figures) {
  return scenario.key === 'idle' ? { ...figures, count: 1 } : figures;
}

function tableOf(rows) {
  const lines = rows.map(
    ({ id, title, ours, theirs, ratio: its }) =>
      `| ${title} | ${ours} | ${theirs} | ${its === undefined ? '–' : `${shown(its)}×`} | \`${id}\` |`,
  );
  return ['| what | Peerline | ExaBGP | better by | |', '| --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
}

/** Ratios by id, of the table in the page. */
function recorded(page) {
  const rows = page.matchAll(/\| ([\d.e+]+)× \| `([^`]+)` \|/g);
  return new Map([...rows].map(([, its, id]) => [id, Number(its)]));
}

function check(rows, page) {
  const before = recorded(page);
  // CPU times stand on a busy machine too
  const compared = rows.filter(({ id, ratio: its }) => its !== undefined && id.endsWith(' cpu'));
  const fallen = compared.filter(({ id, ratio: its }) => its < (before.get(id) ?? 0) * TOLERATED);
  for (const { title, id, ratio: its } of fallen) {
    console.error(
      `${title}: ${shown(its)}×, less than half of the ${before.get(id)}× in docs/performance.md`,
    );
  }
  if (fallen.length > 0) process.exitCode = 1;
}

const only = values.only?.split(',');
const rows = [];
let others = 0;
for (const scenario of SCENARIOS.filter(({ key }) => only === undefined || only.includes(key))) {
  const ours = await measure(scenario, PEERLINE);
  const theirs = EXABGP.version === undefined ? undefined : await measure(scenario, EXABGP);
  others = Math.max(others, ours.others, theirs?.others ?? 0);
  const made = rowsOf(scenario, ours, theirs);
  rows.push(...made);
  console.error(tableOf(made).split('\n').slice(2).join('\n'));
}
const where = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}`;
const loaded =
  others <= QUIET_CORES
    ? 'Nothing else ran.'
    : `Other programs used up to ${others.toFixed(1)} cores meanwhile: times are longer than they need be, and only CPU times are to be compared.`;
const text = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${where}; ${PEERLINE.version}, ${EXABGP.version ?? 'no ExaBGP'};`,
  `medians of ${values.runs}; ${values.sessions} idle sessions. ${loaded}`,
  '',
  tableOf(rows),
].join('\n');
console.log(text);
const page = readFileSync(PAGE, 'utf8');
if (values.check) check(rows, page);
else if (only === undefined) {
  const [before, rest] = page.split(MARKS[0]);
  const [, after] = rest.split(MARKS[1]);
  writeFileSync(PAGE, `${before}${MARKS[0]}\n\n${text}\n\n${MARKS[1]}${after}`);
}
