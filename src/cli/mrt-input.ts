import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { safeLine } from '../wire/text.ts';
import { CliError } from './exit.ts';
import { reasonOf } from './reason.ts';
import { STDIN } from './stdin.ts';

const CHUNK = 1024 * 1024;

/** Compressed files by their first octets, and the program that unpacks those that Node itself does not. */
const PACKED: readonly { readonly magic: readonly number[]; readonly program?: string }[] = [
  { magic: [0x1f, 0x8b] },
  { magic: [0x42, 0x5a, 0x68], program: 'bzip2' },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], program: 'xz' },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], program: 'zstd' },
];

/**
 * The octets of a file, or of standard input, unpacked where it is compressed (gzip, bzip2, xz, zstd). Each chunk is
 * valid until the next one is asked for.
 * @throws CliError when it cannot be read or unpacked
 */
export async function* unpackedChunks(file: string): AsyncGenerator<Uint8Array, void, void> {
  try {
    if (file === STDIN) yield* ofInput();
    else yield* ofFile(file);
  } catch (err) {
    if (!(err instanceof Error)) throw err;
    throw new CliError(`${safeLine(file)}: ${reasonOf(err)}`);
  }
}

async function* ofInput(): AsyncGenerator<Uint8Array, void, void> {
  try {
    const chunks = process.stdin[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const first = await chunks.next();
    if (first.done !== true) yield* unpacked(first.value, rest(first.value, chunks));
  } finally {
    process.stdin.destroy();
  }
}

async function* ofFile(file: string): AsyncGenerator<Uint8Array, void, void> {
  const handle = await open(file);
  try {
    const room = Buffer.allocUnsafeSlow(CHUNK);
    const first = await into(room, handle);
    if (packingOf(first) === undefined) {
      // memory that the system has to give anew costs more than what is read into it
      for (let chunk = first; chunk.length > 0; chunk = await into(room, handle)) {
        // all views of it are of one kind then, as those of records that began in the chunk before
        yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
      }
    } else {
      const chunks = handle.createReadStream({ highWaterMark: CHUNK, autoClose: false });
      yield* unpacked(first, rest(first, chunks[Symbol.asyncIterator]()));
    }
  } finally {
    await handle.close();
  }
}

/** What comes next, at the beginning of `room`; empty at the end. */
async function into(room: Buffer, handle: FileHandle): Promise<Buffer> {
  const { bytesRead } = await handle.read(room, 0, room.length, null);
  return room.subarray(0, bytesRead);
}

async function* rest(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield first;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

function packingOf(first: Buffer) {
  return PACKED.find(({ magic }) => magic.every((octet, i) => first[i] === octet));
}

async function* unpacked(first: Buffer, all: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array, void, void> {
  const packed = packingOf(first);
  if (packed === undefined) yield* all;
  else if (packed.program === undefined) yield* gunzipped(all);
  else yield* throughProgram(packed.program, all);
}

async function* gunzipped(all: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array, void, void> {
  const gunzip = createGunzip({ chunkSize: CHUNK });
  // the error of either side ends the loop below
  const fed = pipeline(Readable.from(all), gunzip).catch((err: unknown) => err);
  for await (const chunk of gunzip) yield chunk as Uint8Array;
  const failure = await fed;
  if (failure instanceof Error) throw failure;
}

async function* throughProgram(
  program: string,
  all: AsyncIterable<Buffer>,
): AsyncGenerator<Uint8Array, void, void> {
  const child = spawn(program, ['-dc'], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = exitOf(child, program);
  const fed = pipeline(Readable.from(all), child.stdin).catch((err: unknown) => err);
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    await ended;
    await fed;
  } finally {
    child.kill();
  }
}

/** @throws Error unless the program ended well */
function exitOf(child: ChildProcess, program: string): Promise<void> {
  const said: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => {
    if (said.length < 4) said.push(chunk);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', () =>
      reject(new Error(`it takes '${program}' to unpack this, which is not installed`)),
    );
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program}: ${firstLine(said) || `exit code ${code}`}`));
    });
  });
  ended.catch(() => {});
  return ended;
}

function firstLine(said: readonly Buffer[]): string {
  const [line = ''] = Buffer.concat(said).toString('utf8').trim().split('\n');
  return line;
}
