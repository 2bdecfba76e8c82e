import type { EncoderKind } from './encoder.ts';

type Line = string | Uint8Array;

/** An event as an encoder made it, with its number among the lines of a process: a member, or a line before. */
export function numbered(line: Line, kind: EncoderKind, sequence: number): Line {
  if (kind === 'text') return joined(`sequence ${sequence}\n`, line);
  const end = `, "sequence": ${sequence} }\n`;
  // the encoder ends every line with this
  return joined(line.slice(0, -END.length), end);
}

const END = ' }\n';

function joined(first: Line, second: Line): Line {
  if (typeof first === 'string' && typeof second === 'string') return first + second;
  return Buffer.concat([Buffer.from(first), Buffer.from(second)]);
}
