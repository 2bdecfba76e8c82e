import { ATTRIBUTES } from '../../src/bgp/attributes/table.ts';
import { CAPABILITIES } from '../../src/bgp/capabilities/table.ts';
import { EXTENDED_COMMUNITIES } from '../../src/bgp/communities/index.ts';
import { afiOf, familyText, safiOf } from '../../src/bgp/family.ts';
import { NLRI } from '../../src/bgp/nlri/index.ts';
import { BMP_TYPE } from '../../src/bmp/header.ts';
import { STATISTICS } from '../../src/bmp/statistics.ts';

type Cells = readonly (string | number)[];

function table(head: Cells, rows: readonly Cells[]): string {
  const line = (cells: Cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const yes = (what: unknown) => (what === undefined ? '–' : 'yes');
const code = (text: string) => `\`${text}\``;
const byFirst = (a: Cells, b: Cells) => Number(a[0]) - Number(b[0]);

function families(): string {
  const rows = NLRI.map((row): Cells => {
    const ids = `${afiOf(row.family)}/${safiOf(row.family)}`;
    return [code(familyText(row.family)), ids, row.rfc, 'yes', yes(row.parse)];
  });
  return table(['family', 'AFI/SAFI', 'defined in', 'decoded', 'announced'], rows);
}

function attributes(): string {
  const rows = ATTRIBUTES.map((row): Cells => {
    const words = row.parse === undefined ? '–' : [row.word, ...(row.aliases ?? [])].map(code).join(', ');
    return [row.code, code(row.word), row.rfc, words, row.malformed];
  });
  return table(['code', 'attribute', 'defined in', 'configured as', 'when malformed'], rows.sort(byFirst));
}

function capabilities(): string {
  const rows = CAPABILITIES.map((row): Cells => [row.code, code(row.word), row.rfc]);
  return table(['code', 'capability', 'defined in'], rows.sort(byFirst));
}

function communities(): string {
  const hex = (octet: number) => octet.toString(16).padStart(2, '0');
  const rows = EXTENDED_COMMUNITIES.map((row): Cells => {
    return [
      `0x${hex(row.type)}${hex(row.subtype)}`,
      code(row.word),
      yes(row.parse),
      row.action === undefined ? '–' : code(row.action.word),
    ];
  });
  const head = ['type and subtype', 'word', 'configured', 'FlowSpec action'];
  return table(
    head,
    rows.toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
  );
}

/** The support matrix of README.md, from the tables of the codecs. */
export function supportMatrix(): string {
  const bmp = Object.keys(BMP_TYPE).map(code).join(', ');
  return [
    '### Address families',
    families(),
    '### Path attributes',
    attributes(),
    'Any other attribute keeps its octets, and `attribute [ CODE FLAGS VALUE ]` sends one.',
    '### Capabilities',
    capabilities(),
    '### Extended communities',
    communities(),
    'Any other extended community is shown as its octets and configured as `0x` and 16 hexadecimal digits.',
    '### BMP',
    `Version 3 (RFC 7854, RFC 8671, RFC 9069) and version 4 (draft-ietf-grow-bmp-tlv): ${bmp}; ${STATISTICS.length} types of statistics.`,
  ].join('\n\n');
}
