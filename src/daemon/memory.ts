import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const MIB = 1024 * 1024;
/** V8 gives up before old objects fill all of it: young ones and pages that are not full count, too. */
const UNUSABLE_OCTETS = 3 * MIB;
const UNUSABLE_SHARE = 1 / 8;

/** Octets that old objects may take; V8 itself tells them with those of young ones only. */
function heapLimit(): number {
  const octets = heapSize();
  return octets - Math.min(UNUSABLE_OCTETS, octets * UNUSABLE_SHARE);
}

function heapSize(): number {
  const flags = `${process.env.NODE_OPTIONS ?? ''} ${process.execArgv.join(' ')}`;
  const said = [...flags.matchAll(/--max[-_]old[-_]space[-_]size[= ](\d+)/g)].at(-1)?.[1];
  return said === undefined ? getHeapStatistics().heap_size_limit : Number(said) * MIB;
}

/** Of old objects, what was not collected yet among them. */
function heapUsed(): number {
  const old = getHeapSpaceStatistics().filter(({ space_name: name }) => !name.startsWith('new_'));
  return old.reduce((sum, { space_used_size: used }) => sum + used, 0);
}

/** Of V8's heap, or of the memory that the system lets this process and its like have: whichever has less left. */
export function memoryTaken(): number {
  const constrained = process.constrainedMemory();
  const resident = constrained > 0 ? process.memoryUsage.rss() / constrained : 0;
  return Math.max(heapUsed() / heapLimit(), resident);
}

/** Octets of V8's heap, or of the memory that the system lets this process have: the lesser. */
export function memoryLimit(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 ? Math.min(constrained, heapLimit()) : heapLimit();
}

let collector: (() => void) | undefined;

/** Collects all garbage, in one go. */
export function collectAll(): void {
  if (collector === undefined) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
  }
  collector();
}
