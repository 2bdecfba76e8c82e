import { prefixWord } from '../bgp/nlri/words.ts';
import type { Words } from '../syntax/words.ts';
import { BMP_TABLES, type CommandOf, PREFIX_MATCHES } from './command.ts';

/** `router|peer|lint [NAME|ADDRESS] [json]`, `routes PREFIX [exact|longer|shorter] [VIEW] [json]` */
export function shownBmp(words: Words): CommandOf<'show-bmp'> {
  const table = words.oneOf(BMP_TABLES, 'what to show');
  const prefix = table === 'routes' ? prefixWord(words) : undefined;
  let match: CommandOf<'show-bmp'>['match'] = 'exact';
  let json = false;
  const filters: string[] = [];
  while (!words.done) {
    const { text } = words.next('a word');
    const known = PREFIX_MATCHES.find((each) => each === text);
    if (text === 'json') json = true;
    else if (known !== undefined && prefix !== undefined) match = known;
    else filters.push(text);
  }
  return { type: 'show-bmp', table, json, prefix, match, filters };
}
