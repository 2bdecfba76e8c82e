import type { FileHandle } from 'node:fs/promises';
import { zlib } from './builtins.ts';

const CHUNK_LENGTH = 256 * 1024;

/** Eight digits and a blank. */
export const CHECKSUM_LENGTH = 9;

let crc32: typeof import('node:zlib').crc32 | undefined;

/** A line of the file. */
export function recordOf(text: string): string {
  crc32 ??= zlib().crc32;
  return `${crc32(text).toString(16).padStart(8, '0')} ${text}\n`;
}

/** From where the file is, in pieces. @returns how many octets */
export async function writeRecords(file: FileHandle, lines: readonly string[]): Promise<number> {
  let [bytes, chunk] = [0, ''];
  const write = async () => {
    await file.appendFile(chunk);
    bytes += Buffer.byteLength(chunk);
    chunk = '';
  };
  for (const line of lines) {
    chunk += recordOf(line);
    if (chunk.length >= CHUNK_LENGTH) await write();
  }
  await write();
  return bytes;
}

/** The text of a record; undefined: it is damaged. */
export function checked(line: string): string | undefined {
  const text = line.slice(CHECKSUM_LENGTH);
  return recordOf(text) === `${line}\n` ? text : undefined;
}
