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
import { digits, failed, judged, line, loadText, sharesText, tableOf, writePage } from './page.mjs';
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
const FEWEST = 10_000;
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

/** Medians of some runs. A scenario may make another number of routes of what it gets. */
async function measure({ name, key, count, times }) {
  const done = [];
  for (let i = 0; i < times; i++) {
    const options = {
      table: tableFor(count),
      count,
      port: await freePort(),
      sessions: Number(values.sessions),
    };
    done.push(await SCENARIOS.get(key).run(PROGRAMS.get(name), options));
  }
  const figures = Object.keys(done[0]).map((one) => [one, median(done.map((run) => run[one]))]);
  const others = Math.max(...done.map((run) => run.others ?? 0));
  const result = { count, ...Object.fromEntries(figures), others };
  result.count = result.routes ?? count;
  return result;
}

function wanted(row) {
  if (values.small && !row.small && (row.beside !== 'ExaBGP' || row.figure !== 'work')) return false;
  return values.only === undefined || values.only.split(',').includes(row.id);
}

/** One program in one scenario. `share` of the routes, where the row asks for more than its work needs: once. */
function job(name, key, share) {
  const usual = SCENARIOS.get(key).share?.[name] ?? 1;
  // with too few of them the clock of processes is too coarse
  const count = Math.max(Math.round(routes * (share ?? usual)), Math.min(routes, FEWEST));
  return {
    id: `${name} ${key} ${count}`,
    name,
    key,
    count,
    times: share === undefined || share === usual ? runs : 1,
  };
}

const oursOf = (row) => job('Peerline', row.scenario);
const theirsOf = (row) => job(row.beside, row.other ?? row.scenario, row.share);
const rows = ROWS.filter(wanted);
const there = ({ beside }) => PROGRAMS.get(beside)?.version !== undefined;

/** What was measured, or the error that came instead, by job; those of one table are done together, as it takes long to make. */
const measured = new Map();
const jobs = rows.flatMap((row) => (there(row) ? [oursOf(row), theirsOf(row)] : [oursOf(row)]));
for (const one of jobs.toSorted((a, b) => b.count - a.count)) {
  if (measured.has(one.id)) continue;
  const beganMs = performance.now();
  measured.set(
    one.id,
    await measure(one).catch((err) => ({ error: err instanceof Error ? err.message : String(err) })),
  );
  const seconds = Math.round((performance.now() - beganMs) / 1000);
  console.error(`${one.id}: ${measured.get(one.id).error ?? 'done'} (${seconds} s)`);
}

const results = rows.map((row) => {
  const ours = measured.get(oursOf(row).id);
  const theirs = there(row) ? measured.get(theirsOf(row).id) : undefined;
  const error = ours.error ?? theirs?.error;
  if (error !== undefined) return failed(row, ours, theirs);
  return { ...judged(row, ours, theirs), cpuRatio: cpuRatio(ours, theirs) };
});
for (const result of results) console.error(line(result));
const others = Math.max(0, ...[...measured.values()].map((figures) => figures.others ?? 0));
if (results.some(({ reached }) => reached.startsWith('failed'))) process.exitCode = 1;

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
  sharesText(jobs, routes),
  '',
  tableOf(results),
].join('\n');
console.log(text);
if (values.record && values.small) record();
if (values.check) check();
else if (values.only === undefined && !values.small) writePage(text);
