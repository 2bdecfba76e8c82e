import type { Statement } from '../syntax/parse.ts';
import type { Word, Words } from '../syntax/words.ts';
import { formatAddress, parseAddress } from '../wire/address.ts';
import { readApi } from './api.ts';
import type { LoadContext } from './context.ts';
import type { ApiDraft } from './draft.ts';
import { Refusal } from './errors.ts';
import type { BmpConfig } from './model.ts';
import { Section } from './schema.ts';

interface BmpDraft {
  readonly listen: { readonly address: string; readonly port: number }[];
  readonly apis: ApiDraft[];
}

const EXPECTED = 'ADDRESS:PORT, as 127.0.0.1:11019 or [::1]:11019';

/** The brackets of an IPv6 address touch it and its port; those of a list enclose whole values. */
function endpoint(words: Words): BmpDraft['listen'][number] {
  const first = words.next(EXPECTED);
  if (first.text !== '[' || first.quoted) return endpointOf(first, first.text, words);
  const parts = [first];
  for (let end = first.end; words.peek()?.at === end; end = parts.at(-1)?.end ?? end)
    parts.push(words.next(EXPECTED));
  const text = parts.map((part) => part.text).join('');
  return endpointOf({ ...first, text, end: parts.at(-1)?.end ?? first.end }, text, words);
}

function endpointOf(word: Word, text: string, words: Words): BmpDraft['listen'][number] {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+)):(\d{1,5})$/.exec(text);
  const address = parseAddress(match?.[1] ?? match?.[2] ?? '');
  const port = Number(match?.[3]);
  if (address === undefined || !(port >= 1 && port <= 65535)) return words.fail(word, EXPECTED);
  return { address: formatAddress(address), port };
}

/** An IPv6 address in brackets, rather than a list. */
function isBracketedAddress(words: Words): boolean {
  const [open, inner, close, port] = [0, 1, 2, 3].map((ahead) => words.peek(ahead));
  return open?.text === '[' && close?.text === ']' && inner?.end === close.at && port?.at === close.end;
}

const BMP = new Section<BmpDraft>('bmp', [
  {
    word: 'listen',
    value: (words, { target }) => {
      if (isBracketedAddress(words)) target.listen.push(endpoint(words));
      else target.listen.push(...words.list(endpoint, { commas: true }));
      while (!words.done) target.listen.push(endpoint(words));
    },
  },
  {
    word: 'api',
    block: (words, { block, target, context }) => void target.apis.push(readApi(words, block, context)),
  },
]);

/** `bmp { listen ADDRESS:PORT; api { … } }` */
export function readBmp(
  word: Word,
  block: readonly Statement[],
  context: LoadContext,
): { readonly config: BmpConfig; readonly apis: readonly ApiDraft[] } {
  const draft: BmpDraft = { listen: [], apis: [] };
  const errorsBefore = context.errors.length;
  BMP.read(block, draft, context);
  if (draft.listen.length === 0 && context.errors.length === errorsBefore) {
    throw new Refusal(word, "the bmp section has no 'listen'");
  }
  return { config: { listen: draft.listen, api: draft.apis.map((api) => api.config) }, apis: draft.apis };
}
