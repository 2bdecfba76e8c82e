import { readFileSync } from 'node:fs';

/** What `-` is called among the arguments: yargs loses a dash that stands alone. */
export const STDIN = '<stdin>';

export function readInput(file: string): Uint8Array {
  return readFileSync(file === STDIN ? 0 : file);
}
