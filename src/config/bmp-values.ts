import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { Statement } from '../syntax/parse.ts';
import type { Word } from '../syntax/words.ts';
import type { BmpTlsConfig } from './bmp-model.ts';
import type { LoadContext } from './context.ts';
import { Refusal } from './errors.ts';
import { type Keyword, Section } from './schema.ts';

export const DAY_SECONDS = 86_400;
export const MEBIBYTE = 1024 * 1024;

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A keyword whose value is a number. */
export function number<K extends string>(
  word: string,
  key: K,
  [what, maximum, minimum]: readonly [string, number, number],
): Keyword<Record<K, number>> {
  return {
    word,
    value: (words, { target }) => {
      (target as Record<string, number>)[key] = words.unsigned(what, maximum, minimum);
    },
  };
}

/** A keyword whose value is a path, from where the configuration is: of a file that is there, or of anything. */
export function path<K extends string>(
  word: K,
  what: 'a file' | 'a directory',
): Keyword<Partial<Record<K, string>>> {
  return {
    word,
    value: (words, { target, context }) => {
      const found = words.next(`the path of ${what}`);
      const absolute = resolve(context.directory, found.text);
      if (what === 'a file' && !isReadable(absolute)) words.fail(found, 'a file that can be read');
      (target as Record<string, string>)[word] = absolute;
    },
  };
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

const TLS = new Section<Partial<Mutable<BmpTlsConfig>>>('tls', [
  path('certificate', 'a file'),
  path('key', 'a file'),
  path('ca', 'a file'),
]);

/** `tls { certificate FILE; key FILE; ca FILE; }` @throws Refusal when one of them is missing */
export function readTls(word: Word, block: readonly Statement[], context: LoadContext): BmpTlsConfig {
  const { certificate, key, ca, ...none }: Partial<BmpTlsConfig> = draftOf(block, context);
  if (certificate === undefined || key === undefined || ca === undefined) {
    throw new Refusal(word, 'tls needs a certificate, a key and a ca');
  }
  return { ...none, certificate, key, ca };
}

function draftOf(block: readonly Statement[], context: LoadContext): Partial<BmpTlsConfig> {
  const draft: Partial<Mutable<BmpTlsConfig>> = {};
  TLS.read(block, draft, context);
  return draft;
}
