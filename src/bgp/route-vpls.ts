import type { Words } from '../syntax/words.ts';
import { parseVplsField, VPLS_WORDS, type VplsBlock, vpls } from './nlri/vpls.ts';
import type { Route } from './route.ts';
import { type Purpose, RouteBuilder } from './route-builder.ts';

/** `rd … endpoint … base … offset … size … next-hop … ATTRIBUTE VALUE …`, in any order. @throws WordError */
export function parseVplsRoute(words: Words, purpose: Purpose): Route[] {
  words.take('vpls');
  if (words.peek()?.text === 'raw') return parseRaw(words, purpose);
  const fields: Partial<VplsBlock>[] = [];
  const builder = new RouteBuilder({
    family: vpls.family,
    purpose,
    extra: {
      words: VPLS_WORDS,
      read(word) {
        const text = word.text === 'route-distinguisher' ? 'rd' : word.text;
        const key = VPLS_WORDS.find((one) => one === text);
        if (key !== undefined) fields.push(parseVplsField(words, key));
        return key !== undefined;
      },
    },
  });
  builder.readAll(words);
  const value = Object.assign({}, ...fields) as VplsBlock;
  const missing = VPLS_WORDS.filter((key) => value[key] === undefined);
  if (missing.length > 0) words.failNext(missing.map((key) => `'${key}'`).join(', '), missing);
  return builder.valueRoutes(vpls.family, value, words);
}

function parseRaw(words: Words, purpose: Purpose): Route[] {
  const value = vpls.parse?.(words);
  const builder = new RouteBuilder({ family: vpls.family, purpose });
  builder.readAll(words);
  return value === undefined ? [] : builder.valueRoutes(vpls.family, value, words);
}
