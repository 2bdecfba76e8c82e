import { readFileSync, readSync } from 'node:fs';
import { CliError } from './exit.ts';
import { reasonOf } from './reason.ts';

/** What `-` is called in messages. */
export const STDIN = '<stdin>';

let standardInput: Uint8Array | undefined;

/** A file's octets. Standard input is read once: a reload finds what the start found. @throws CliError */
export function readInput(file: string): Uint8Array {
  try {
    if (file !== STDIN) return readFileSync(file);
    standardInput ??= readStandardInput();
    return standardInput;
  } catch (err) {
    throw new CliError(`${file}: ${reasonOf(err)}`);
  }
}

const CHUNK_OCTETS = 64 * 1024;
const WAIT_MS = 5;

/** Whoever writes into our pipe may have made it non-blocking: then there is nothing to read just now. */
function readStandardInput(): Uint8Array {
  const chunks: Uint8Array[] = [];
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      const chunk = Buffer.allocUnsafe(CHUNK_OCTETS);
      const count = readSync(0, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
    } catch (err) {
      const { code } = err as NodeJS.ErrnoException;
      if (code === 'EOF') return Buffer.concat(chunks);
      if (code !== 'EAGAIN') throw err;
      Atomics.wait(sleeper, 0, 0, WAIT_MS);
    }
  }
}

/** Operands as file names. */
export function filesOf(operands: readonly string[]): string[] {
  return operands.map((operand) => (operand === '-' ? STDIN : operand));
}
