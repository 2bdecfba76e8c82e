import { readdirSync, readFileSync } from 'node:fs';
import { loadNative, type Native, SystemCallError } from '../session/native.ts';

const CLOSED_ON_EXEC = 0o2000000;
/** Of standard error: those up to it are ours to give. */
const LAST_STANDARD = 2;

/**
 * What whoever started this program left open in it (a lock, a pipe, a terminal) goes on to every process that it
 * starts itself, which Node cannot prevent: it stays open here, and is closed there from now on. To be called before
 * anything else is opened.
 * @returns the descriptors that reach processes all the same, and why
 */
export async function keepInherited(): Promise<
  { readonly descriptors: readonly number[]; readonly reason: string } | undefined
> {
  const descriptors = inherited();
  if (descriptors.length === 0) return undefined;
  const loaded = await loadNative();
  if ('unavailable' in loaded) return { descriptors, reason: loaded.unavailable };
  closeInPrograms(descriptors, loaded.native);
  return undefined;
}

/** One that is gone again was of another thread of Node's, which reads a file now and then. */
export function closeInPrograms(descriptors: readonly number[], native: Pick<Native, 'closeOnExec'>): void {
  for (const descriptor of descriptors) {
    try {
      native.closeOnExec(descriptor);
    } catch (err) {
      if (!(err instanceof SystemCallError) || err.code !== 'EBADF') throw err;
    }
  }
}

/** Those that are open, and not closed when a program is started. */
function inherited(): number[] {
  const directory = '/proc/self/fdinfo';
  return numbersIn(directory).filter((descriptor) => {
    const info = contentOf(`${directory}/${descriptor}`);
    const flags = /^flags:\s+([0-7]+)/m.exec(info ?? '')?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) === 0;
  });
}

function numbersIn(directory: string): number[] {
  try {
    return readdirSync(directory)
      .map(Number)
      .filter((descriptor) => descriptor > LAST_STANDARD);
  } catch {
    return []; // no /proc: nothing is known of them
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return undefined; // that of the directory just read
  }
}
