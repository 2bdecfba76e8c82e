import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import process from 'node:process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
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
 * The octets of a file, or of standard input, unpacked where it is compressed (gzip, bzip2, xz, zstd).
 * @throws CliError when it cannot be read or unpacked
 */
export async function* unpackedChunks(file: string): AsyncGenerator<Uint8Array, void, void> {
  const source = file === STDIN ? process.stdin : createReadStream(file, { highWaterMark: CHUNK });
  try {
    const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const first = await chunks.next();
    if (first.done === true) return;
    yield* unpacked(first.value, rest(first.value, chunks));
  } catch (err) {
    if (!(err instanceof Error)) throw err;
    throw new CliError(`${file}: ${reasonOf(err)}`);
  } finally {
    source.destroy();
  }
}

async function* rest(first: Buffer, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void, void> {
  yield first;
  for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
}

async function* unpacked(first: Buffer, all: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array, void, void> {
  const packed = PACKED.find(({ magic }) => magic.every((octet, i) => first[i] === octet));
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
