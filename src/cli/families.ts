import { type FamilyId, familyOfWords } from '../bgp/family.ts';
import { CliError, EXIT } from './exit.ts';

/** Families by their words: `ipv4 unicast`, also with a slash or a hyphen between. @throws CliError */
export function familiesOf(texts: readonly string[]): FamilyId[] {
  return texts.map((text) => {
    const [, afi = '', safi = ''] = /^(bgp-ls|[^\s/-]+)[\s/-]+(\S+)$/.exec(text.trim()) ?? [];
    const family = familyOfWords(afi, safi);
    if (family === undefined)
      throw new CliError(`'${text}' is not a family such as 'ipv4 unicast'`, EXIT.usage);
    return family;
  });
}
