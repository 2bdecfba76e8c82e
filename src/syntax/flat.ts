import type { Block, CommandBlock, Statement } from './grammar.ts';
import { type Word, WordError } from './words.ts';

/** A brace or semicolon as a word: no word that was written looks like it. */
function mark(text: '{' | '}' | ';', at: number): Word {
  return { text, at, end: at + 1, quoted: false };
}

/** A block as words, braces and semicolons among them: for what has its own syntax inside of blocks. */
export function blockWords({ statements, open, close }: Block): Word[] {
  return [mark('{', open), ...statements.flatMap(statementWords), mark('}', close)];
}

function statementWords(statement: Statement): Word[] {
  const { word, words, block, end, close = end } = statement;
  const head = [word, ...words];
  if (block === undefined) return [...head, mark(';', end)];
  return [...head, ...blockWords({ statements: block, open: end, close })];
}

/** The words of a command with its blocks where they stood. */
export function wordsWithBlocks(list: readonly Word[], blocks: readonly CommandBlock[]): Word[] {
  let from = 0;
  const all: Word[] = [];
  for (const block of blocks) {
    all.push(...list.slice(from, block.after), ...blockWords(block));
    from = block.after;
  }
  return [...all, ...list.slice(from)];
}

/**
 * The same without braces and semicolons: `PREFIX { next-hop IP; med N; }` as `PREFIX next-hop IP med N`.
 * @throws WordError where a block stands in a block
 */
export function flatWords(list: readonly Word[], blocks: readonly CommandBlock[]): Word[] {
  const inner = blocks.flatMap(({ statements }) => statements).find(({ block }) => block !== undefined);
  if (inner !== undefined) throw new WordError(inner.word, 'a statement without a block');
  return wordsWithBlocks(list, blocks).filter(({ text, quoted }) => quoted || !/^[{};]$/.test(text));
}
