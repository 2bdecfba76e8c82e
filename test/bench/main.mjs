// `npm run bench [-- --routes N] [--runs N] [--sessions N] [--only P1,P2] [--small [--check | --record]]`: Peerline and
// the programs that are installed beside it under the same load, one after the other. Prints the table of rows.mjs, and
// writes it to docs/performance.md where nothing was left out. `--small` is what CI has time for, the rows of work beside
// ExaBGP and pmbmpd with few routes: `--check` fails where a ratio of CPU times is less than half of what small.json has,
// which `--record` writes.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, totalmem } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { digits, judged, line, loadText, tableOf, writePage } from './page.mjs';
import { PEERLINE, PROGRAMS } from './programs.mjs';
import { ROWS } from './rows.mjs';
import { SCENARIOS } from './scenarios/index.mjs';
import { makeTable } from './table.mjs';

const { values } = parseArgs({
  options: {
    routes: { type: 'string' },
    runs: { type: 'string' },
    sessions: { type: 'string', default: '1000' },
    only: { type: 'string' },
    small: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
  },
});
const routes = Number(values.routes ?? (values.small ? 100_000 : 1_000_000));
const runs = Number(values.runs ?? (values.small ? 1 : 5));
const RECORDED = fileURLToPath(new URL('small.json', import.meta.url));
/** A ratio may fall to this part of the recorded one before `--check` fails. */
const TOLERATED = 0.5;

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** The table that was used last: most of a run's memory. */
let table = { count: 0 };
function tableFor(count) {
  if (table.count !== count) table = { count, forms: makeTable(count, 65002) };
  return table.forms;
}

/** What was measured, so that rows share it. */
const measured = new Map();

/** Medians of some runs; with all routes a program that is slow runs once. */
async function measure(name, key, whole) {
  const scenario = SCENARIOS.get(key);
  const share = whole ? 1 : (scenario.share?.[name] ?? 1);
  const id = `${name} ${key} ${share}`;
  const known = measured.get(id);
  if (known !== undefined) return known;
  const count = Math.round(routes * share);
  const times = share === 1 && scenario.share?.[name] !== undefined ? 1 : runs;
  const done = [];
  for (let i = 0; i < times; i++) {
    const options = {
      table: tableFor(count),
      count,
      port: await freePort(),
      sessions: Number(values.sessions),
    };
    done.push(await scenario.run(PROGRAMS.get(name), options));
  }
  const figures = Object.keys(done[0]).map((one) => [one, median(done.map((run) => run[one]))]);
  const others = Math.max(...done.map((run) => run.others ?? 0));
  // a scenario may make another number of routes of it
  const result = { count, ...Object.fromEntries(figures), others };
  result.count = result.routes ?? count;
  measured.set(id, result);
  return result;
}

function wanted(row) {
  if (values.small && !row.small && (row.beside !== 'ExaBGP' || row.figure !== 'work')) return false;
  return values.only === undefined || values.only.split(',').includes(row.id);
}

const results = [];
let others = 0;
for (const row of ROWS.filter(wanted)) {
  const ours = await measure('Peerline', row.scenario, false);
  const isThere = PROGRAMS.get(row.beside)?.version !== undefined;
  const theirs = isThere
    ? await measure(row.beside, row.other ?? row.scenario, row.whole === true)
    : undefined;
  others = Math.max(others, ours.others, theirs?.others ?? 0);
  const result = { ...judged(row, ours, theirs), cpuRatio: cpuRatio(ours, theirs) };
  results.push(result);
  console.error(line(result));
}

function cpuRatio(ours, theirs) {
  if (theirs?.cpu === undefined) return undefined;
  return theirs.cpu / theirs.count / Math.max(ours.cpu / ours.count, 1e-12);
}

function check() {
  const before = JSON.parse(readFileSync(RECORDED, 'utf8'));
  for (const { row, cpuRatio: now } of results) {
    if (now === undefined || now >= (before[row.id] ?? 0) * TOLERATED) continue;
    console.error(
      `${row.id}: ${digits(now)}× of CPU time, less than half of the ${before[row.id]}× in small.json`,
    );
    process.exitCode = 1;
  }
}

function record() {
  const ratios = results.filter(({ cpuRatio: its }) => its !== undefined);
  const figures = Object.fromEntries(ratios.map(({ row, cpuRatio: its }) => [row.id, Number(digits(its))]));
  writeFileSync(RECORDED, `${JSON.stringify(figures, null, 2)}\n`);
}

const where = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, ${process.platform}`;
const beside = [...PROGRAMS.values()].filter((one) => one !== PEERLINE && one.version !== undefined);
const text = [
  `Measured ${new Date().toISOString().slice(0, 10)} on ${where}; ${PEERLINE.name} ${PEERLINE.version}, ${beside.map(({ name, version }) => `${name} ${version}`).join(', ')}.`,
  `${routes} routes, medians of ${runs}, ${values.sessions} idle sessions. ${loadText(others)}`,
  '',
  tableOf(results),
].join('\n');
console.log(text);
if (values.record && values.small) record();
if (values.check) check();
else if (values.only === undefined && !values.small) writePage(text);
