import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { safeLine } from '../wire/text.ts';
import { CliError } from './exit.ts';
import { reasonOf } from './reason.ts';

const CHUNK_OCTETS = 64 * 1024;

/** What `-` is called in messages. */
export const STDIN = '<stdin>';

let standardInput: Uint8Array | undefined;

/** A file's octets. Standard input is read once: a reload finds what the start found. @throws CliError */
export function readInput(file: string): Uint8Array {
  return attempt(file, () => {
    if (file !== STDIN) return readFileSync(file);
    standardInput ??= readStandardInput();
    return standardInput;
  });
}

/** A file's text in parts, giving back control now and then: room for all of a large one takes time to get. @throws CliError */
export function* readingInput(file: string): Generator<void, readonly string[], void> {
  if (file === STDIN) return [Buffer.from(readInput(file)).toString('utf8')];
  const text: string[] = [];
  for (const part of parts(file)) {
    text.push(part);
    yield;
  }
  return text;
}

/** @throws CliError */
function* parts(file: string): Generator<string, void, void> {
  const decoder = new StringDecoder('utf8');
  const chunk = Buffer.allocUnsafe(CHUNK_OCTETS);
  const descriptor = attempt(file, () => openSync(file, 'r'));
  try {
    for (;;) {
      const count = attempt(file, () => readSync(descriptor, chunk));
      if (count === 0) break;
      yield decoder.write(chunk.subarray(0, count));
    }
    yield decoder.end();
  } finally {
    closeSync(descriptor);
  }
}

/** @throws CliError for what the system says of the file */
function attempt<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (err) {
    throw new CliError(`${safeLine(file)}: ${reasonOf(err)}`);
  }
}

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
