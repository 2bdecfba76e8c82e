// The table of results, and its place in docs/performance.md.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PAGE = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const MARKS = ['<!-- measured -->', '<!-- /measured -->'];
const UNITS = {
  seconds: 's',
  cpu: 's CPU',
  peakMb: 'MB',
  rssMb: 'MB',
  lagMs: 'ms',
  p50Ms: 'ms',
  p99Ms: 'ms',
  idleCores: 'cores',
  upSeconds: 's',
};
/** With more of the machine in use by others, wall times say nothing: CPU times are compared. */
const QUIET_CORES = 0.2;

export const digits = (value) =>
  value >= 100 ? String(Math.round(value)) : value >= 1 ? value.toPrecision(3) : value.toPrecision(2);

/** Which figure of a scenario stands for a row, on a machine that was as busy as this. */
function figureOf({ figure }, ours, theirs) {
  if (figure !== 'work') return figure;
  return Math.max(ours.others, theirs?.others ?? 0) <= QUIET_CORES ? 'seconds' : 'cpu';
}

function shownAs(key, figures, isWork) {
  const rate = isWork ? `, ${digits(figures.count / figures[key] / 1000)} k/s` : '';
  return `${digits(figures[key])} ${UNITS[key]}${rate}`;
}

/** @returns what the row says, and its ratio; undefined where the other is not there */
export function judged(row, ours, theirs) {
  const key = figureOf(row, ours, theirs);
  const is = row.figure === 'work';
  const shown = (figures) => (figures === undefined ? '–' : shownAs(key, figures, is));
  const value = (figures) => (is ? figures[key] / figures.count : figures[key]);
  const ratio =
    theirs === undefined
      ? undefined
      : is
        ? value(theirs) / Math.max(value(ours), 1e-12)
        : value(ours) / Math.max(value(theirs), 1e-12);
  return { row, ours: shown(ours), theirs: shown(theirs), ratio, reached: reached(row, ratio) };
}

/** A row that could not be measured: what is known of it, and why no more. */
export function failed(row, ours, theirs) {
  const why = ours.error === undefined ? `${row.beside}: ${theirs.error}` : `Peerline: ${ours.error}`;
  const shown = (figures) =>
    figures === undefined || figures.error !== undefined
      ? '–'
      : shownAs(figureOf(row, figures), figures, row.figure === 'work');
  return {
    row,
    ours: shown(ours),
    theirs: shown(theirs),
    ratio: undefined,
    reached: `failed: ${why.replaceAll(/[|\n]/g, ' ')}`,
  };
}

/** Who got fewer routes than all, and how many. */
export function sharesText(jobs, routes) {
  const fewer = new Map(jobs.filter(({ count }) => count < routes).map((one) => [one.id, one]));
  const told = [...fewer.values()].map(({ name, key, count }) => `${name} ${key} ${count}`);
  return told.length === 0 ? '' : `Fewer routes, as rates do not depend on it: ${told.join(', ')}.`;
}

function reached({ figure, floor, aim }, ratio) {
  if (ratio === undefined) return 'not installed';
  const meets = (limit) => (figure === 'work' ? ratio >= limit : ratio <= limit);
  return meets(aim) ? 'aim' : meets(floor) ? 'floor' : 'below';
}

const HEAD = [
  '| | measure | Peerline | beside | its | ratio | floor | aim | reached |',
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
];

export function line({ row, ours, theirs, ratio, reached: what }) {
  const its = ratio === undefined ? '–' : `${digits(ratio)}×`;
  return `| ${row.id} | ${row.what} | ${ours} | ${row.beside} | ${theirs} | ${its} | ${row.floor}× | ${row.aim}× | ${what} |`;
}

export function tableOf(results) {
  return [...HEAD, ...results.map(line)].join('\n');
}

export function loadText(others) {
  return others <= QUIET_CORES
    ? 'Nothing else ran: times are wall times.'
    : `Other programs used up to ${others.toFixed(1)} cores meanwhile: where it says CPU, CPU times are compared; other times are longer than they need be.`;
}

export function writePage(text) {
  const [before, rest] = readFileSync(PAGE, 'utf8').split(MARKS[0]);
  const [, after] = rest.split(MARKS[1]);
  writeFileSync(PAGE, `${before}${MARKS[0]}\n\n${text}\n\n${MARKS[1]}${after}`);
}
