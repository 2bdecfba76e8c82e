import { EmbeddedActionsParser, EOF, type IToken } from 'chevrotain';
import { AnyWord, Close, endOf, Open, Semicolon, TOKENS, wordOf } from './lexer.ts';
import type { Word } from './words.ts';

/** A keyword, its arguments, and what stands in its braces. */
export interface Statement {
  readonly word: Word;
  readonly words: readonly Word[];
  /** Absent: the statement ended with `;`. */
  readonly block?: readonly Statement[];
  /** Where the arguments end: at the `;` or `{`. */
  readonly end: number;
  /** With a block: where its `}` stands. */
  readonly close?: number;
  /** What stands between the word and the end, as it is written; where that is at hand. */
  readonly source?: string;
}

/** A command's block, and how many of its words stand before it. */
export interface CommandBlock extends Block {
  readonly after: number;
}

/** Statements in braces, and where these stand. */
export interface Block {
  readonly statements: readonly Statement[];
  readonly open: number;
  readonly close: number;
}

/** What is wrong with the shape of the text; offsets into it. */
export interface SyntaxProblem {
  readonly at: number;
  readonly end: number;
  /** Undefined: the end of the text. */
  readonly found: string | undefined;
  readonly expected: string;
}

/**
 * The grammar of configuration and commands. It knows shape, not words:
 *
 *     file      = { statement | "}" (stray) }
 *     statement = word { word } ( ";" | block )
 *     block     = "{" { statement } "}"
 *     command   = { word | block } [ ";" ]
 *
 * A missing part is a problem in the list, never an exception, and reading goes on behind it.
 */
class ShapeParser extends EmbeddedActionsParser {
  problems: SyntaxProblem[] = [];
  /** The `{` that have no `}` when the text ends. */
  unclosed: IToken[] = [];
  /** The `}` where no `{` is open. */
  stray: IToken[] = [];

  readonly file = this.RULE('file', (): Statement[] => {
    const statements: Statement[] = [];
    this.MANY(() => {
      this.OR([
        { ALT: () => this.#add(statements, this.SUBRULE(this.statement)) },
        {
          ALT: () => {
            const stray = this.CONSUME(Close);
            this.ACTION(() => this.stray.push(stray));
          },
        },
      ]);
    });
    return statements;
  });

  readonly command = this.RULE('command', (): { words: Word[]; blocks: CommandBlock[]; end: number } => {
    const words: Word[] = [];
    const blocks: CommandBlock[] = [];
    this.MANY(() => {
      this.OR([
        {
          ALT: () => {
            const word = this.CONSUME(AnyWord);
            this.ACTION(() => words.push(wordOf(word)));
          },
        },
        {
          ALT: () => {
            const block = this.SUBRULE(this.block);
            this.ACTION(() => blocks.push({ after: words.length, ...block }));
          },
        },
      ]);
    });
    this.OPTION(() => this.CONSUME(Semicolon));
    this.ACTION(() => {
      const left = this.LA(1);
      if (left.tokenType !== EOF) this.#problem(left, 'the end of the command');
    });
    return { words, blocks, end: this.ACTION(() => endOf(this.LA(0))) };
  });

  readonly statement = this.RULE('statement', (): Statement | undefined => {
    const words: Word[] = [];
    this.MANY(() => {
      const word = this.CONSUME(AnyWord);
      this.ACTION(() => words.push(wordOf(word)));
    });
    return this.OR([
      {
        ALT: () => {
          const end = this.CONSUME(Semicolon);
          return this.ACTION(() => this.#statement(words, end));
        },
      },
      {
        ALT: () => {
          const open = this.LA(1);
          const block = this.SUBRULE(this.block);
          return this.ACTION(() => this.#statement(words, open, block));
        },
      },
      {
        GATE: () => words.length > 0,
        ALT: () => this.ACTION(() => this.#endless(words)),
      },
    ]);
  });

  readonly block = this.RULE('block', (): Block => {
    const statements: Statement[] = [];
    const open = this.CONSUME(Open);
    this.MANY(() => this.#add(statements, this.SUBRULE(this.statement)));
    // the token before may be the '}' of a block within
    let closed = false;
    this.OPTION(() => {
      this.CONSUME(Close);
      closed = true;
    });
    this.ACTION(() => {
      if (!closed) this.unclosed.push(open);
    });
    return { statements, open: open.startOffset, close: this.ACTION(() => this.LA(0).startOffset) };
  });

  constructor() {
    super(TOKENS, { maxLookahead: 1 });
    this.performSelfAnalysis();
  }

  read(tokens: IToken[]): void {
    this.input = tokens;
    this.problems = [];
    this.unclosed = [];
    this.stray = [];
  }

  /** Lets go of the tokens, which are many; what was found stays. */
  forget(): void {
    this.input = [];
  }

  #add(statements: Statement[], statement: Statement | undefined): void {
    if (statement !== undefined) statements.push(statement);
  }

  #statement(words: readonly Word[], end: IToken, block?: Block): Statement | undefined {
    const [word, ...rest] = words;
    if (word === undefined) {
      this.#problem(end, 'a keyword');
      return undefined;
    }
    const statement = { word, words: rest, end: end.startOffset };
    return block === undefined ? statement : { ...statement, block: block.statements, close: block.close };
  }

  #endless(words: readonly Word[]): undefined {
    const next = this.LA(1);
    if (next.tokenType === EOF) {
      const at = words.at(-1)?.end ?? 0;
      this.problems.push({ at, end: at, found: undefined, expected: "';' or '{'" });
    } else this.#problem(next, "';' or '{'");
  }

  #problem(token: IToken, expected: string): void {
    this.problems.push({ at: token.startOffset, end: endOf(token), found: token.image, expected });
  }
}

let made: ShapeParser | undefined;

/** Made at the first look: to make it takes longer than to read what most files have, which needs no grammar. */
export function shapeParser(): ShapeParser {
  made ??= new ShapeParser();
  return made;
}
