import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/syntax/suggest.ts';

const WORDS = ['announce', 'withdraw', 'neighbor', 'med'];

describe('the nearest word', () => {
  it.each([
    ['anounce', 'announce'],
    ['Witdhraw', 'withdraw'],
    ['mde', 'med'],
    ['m', undefined],
    ['neighborhood', 'neighbor'],
    ['route', undefined],
  ])('of %s is %s', (word, near) => expect(nearest(word, WORDS)).toBe(near));

  // each took a tenth of a second of the daemon's loop
  it('costs nothing for words that are too long to be a slip', () => {
    for (let nth = 0; nth < 2000; nth++) expect(nearest('announce'.repeat(8000), WORDS)).toBeUndefined();
  });
});
