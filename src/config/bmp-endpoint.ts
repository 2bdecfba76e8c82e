import type { Word, Words } from '../syntax/words.ts';
import { formatAddress, parseAddress } from '../wire/address.ts';
import type { BmpEndpoint } from './bmp-model.ts';

const EXPECTED = 'ADDRESS:PORT, as 127.0.0.1:11019 or [::1]:11019';

/** The brackets of an IPv6 address touch it and its port; those of a list enclose whole values. */
export function endpoint(words: Words): BmpEndpoint {
  const first = words.next(EXPECTED);
  if (first.text !== '[' || first.quoted) return endpointOf(first, first.text, words);
  const parts = [first];
  for (let end = first.end; words.peek()?.at === end; end = parts.at(-1)?.end ?? end)
    parts.push(words.next(EXPECTED));
  const text = parts.map((part) => part.text).join('');
  return endpointOf({ ...first, text, end: parts.at(-1)?.end ?? first.end }, text, words);
}

function endpointOf(word: Word, text: string, words: Words): BmpEndpoint {
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

export function endpoints(words: Words, into: BmpEndpoint[]): void {
  if (isBracketedAddress(words)) into.push(endpoint(words));
  else into.push(...words.list(endpoint, { commas: true }));
  while (!words.done) into.push(endpoint(words));
}
