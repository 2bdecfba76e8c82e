import { type Attributes, encodeAttributes } from '../bgp/attributes/index.ts';
import { type CodecContext, DEFAULT_CONTEXT } from '../bgp/context.ts';
import { familyText } from '../bgp/family.ts';
import { isKnownFamily, nlriCodec } from '../bgp/nlri/index.ts';
import { familyRouteText, type Route } from '../bgp/route.ts';
import type { Update } from '../bgp/update.ts';
import { Reader } from '../wire/reader.ts';
import { written } from '../wire/writer.ts';

/**
 * The commands that make another speaker send what an UPDATE says; comments where no command can.
 * @param generic attributes as octets, whatever they mean
 */
export function updateCommands(update: Update, { generic }: { readonly generic: boolean }): string[] {
  const attributes = generic ? genericAttributes(update.attributes, DEFAULT_CONTEXT) : update.attributes;
  const announced = update.announced.flatMap(({ nextHop, nlri }) =>
    nlri.map((one) => command('announce', { nlri: one, nextHop, attributes })),
  );
  const withdrawn = update.withdrawn.flatMap(({ nlri }) =>
    nlri.map((one) => command('withdraw', { nlri: one, nextHop: undefined, attributes: {} })),
  );
  const { endOfRib } = update;
  return [
    ...withdrawn,
    ...announced,
    ...(endOfRib === undefined ? [] : [`announce eor ${familyText(endOfRib)}`]),
  ];
}

/** A comment for what no command can say. */
function command(verb: 'announce' | 'withdraw', route: Route): string {
  const { family } = route.nlri;
  const text = `${verb} ${familyRouteText(route)}`;
  if (!isKnownFamily(family)) return `# no command has this family: ${text}`;
  const needsHop = verb === 'announce' && nlriCodec(family).nextHopOptional !== true;
  return needsHop && route.nextHop === undefined ? `# no command without a next hop: ${text}` : text;
}

const EXTENDED_LENGTH = 0x10;
const SHORT = 0xff;
const NEXT_HOP = 3;

/** Each attribute as the `attribute [ CODE FLAGS VALUE ]` of configuration has it. */
function genericAttributes(attributes: Attributes, context: CodecContext): Attributes {
  const reader = new Reader(written((w) => encodeAttributes(w, attributes, context)));
  const raw = [];
  while (reader.remaining > 0) {
    const flags = reader.u8();
    const code = reader.u8();
    const length = (flags & EXTENDED_LENGTH) === 0 ? reader.u8() : reader.u16();
    const value = reader.octets(length);
    // a long value gets a long length by itself; a short one has it where its flags ask for it
    const said = value.length > SHORT ? flags & ~EXTENDED_LENGTH : flags;
    // the next hop stands in the command already
    if (code !== NEXT_HOP) raw.push({ code, flags: said, value });
  }
  return { raw };
}
