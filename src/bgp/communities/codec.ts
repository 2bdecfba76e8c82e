import type { Words } from '../../syntax/words.ts';
import type { ApiVersion } from '../json.ts';

/**
 * One type and subtype of extended community, RFC 4360: how the eight octets read as text and back.
 * Communities are kept as octets everywhere; a row only names them.
 */
export interface ExtendedCommunityCodec {
  /** The first octet, transitive bit (0x40) as it is registered. */
  readonly type: number;
  readonly subtype: number;
  /** The word before the first colon in configuration; several rows may share one (`target`). */
  readonly word: string;
  /** Text of eight octets of this type, as events show it. */
  toText(octets: Uint8Array, version: ApiVersion): string;
  /** What configuration writes where events show nothing: `parse` reads what follows the word. */
  toConfig?(octets: Uint8Array): string;
  /** Eight octets of `text` (what follows `word:`), or undefined when this row is not meant. */
  parse?(text: string): Uint8Array | undefined;
  /** Words of a FlowSpec `then` section that give this community. */
  action?: { readonly word: string; parse(words: Words): Uint8Array };
}
