import { toHex } from '../../wire/hex.ts';
import { written } from '../../wire/writer.ts';
import type { ApiVersion, Json, JsonMap, JsonObject } from '../json.ts';
import type { RawCapability } from './codec.ts';
import { type Capabilities, type CapabilityTlv, capabilityByCode } from './table.ts';

/** What the capabilities of an OPEN are shown from: an `Open` is one. */
interface Announced {
  readonly capabilityTlvs: readonly CapabilityTlv[];
  readonly capabilities: Capabilities;
}

export interface ShownCapability {
  readonly code: number;
  /** Its key in the `capabilities` object: a name in an OPEN that we sent, else the decimal code. */
  readonly key: string;
  readonly json: JsonObject;
  readonly text: string;
}

/** An OPEN's capabilities as events show them, one entry per code in order of first appearance. */
export function shownCapabilities(
  open: Announced,
  direction: 'send' | 'receive',
  version: ApiVersion,
): readonly ShownCapability[] {
  const shown = new Map<number, ShownCapability>();
  for (const tlv of open.capabilityTlvs) {
    if (!shown.has(tlv.code)) shown.set(tlv.code, showOne(tlv, open, direction, version));
  }
  const list = [...shown.values()];
  return direction === 'send' && version >= 5 ? withHostname(list, version) : list;
}

/** `capabilities` of an `open` event. */
export function capabilitiesToJson(
  open: Announced,
  direction: 'send' | 'receive',
  version: ApiVersion,
): JsonMap {
  return new Map(shownCapabilities(open, direction, version).map((c) => [c.key, c.json]));
}

/** What stands between the brackets of a text event: sorted by code, in lower case. */
export function capabilitiesToText(
  open: Announced,
  direction: 'send' | 'receive',
  version: ApiVersion,
): string {
  const shown = [...shownCapabilities(open, direction, version)].sort((a, b) => a.code - b.code);
  return shown
    .map((c) => c.text)
    .join(', ')
    .toLowerCase();
}

function showOne(
  tlv: CapabilityTlv,
  { capabilityTlvs: tlvs, capabilities: merged }: Announced,
  direction: 'send' | 'receive',
  version: ApiVersion,
): ShownCapability {
  const codec = capabilityByCode(tlv.code);
  const word = (version === 4 ? codec?.word4 : undefined) ?? codec?.word;
  const key = direction === 'send' && word !== undefined ? word : String(tlv.code);
  if (tlv.key === 'raw') return { code: tlv.code, key, ...showRaw(tlv) };
  const value = merged[tlv.key] ?? tlv.value;
  if (codec === undefined || version < (codec.since ?? 4)) {
    const octets = written((w) => codec?.encode(w, value));
    return { code: tlv.code, key, ...showRaw({ code: tlv.code, value: octets }) };
  }
  const said = isRouteRefresh(tlv) ? (tlvs.findLast(isRouteRefresh) ?? tlv) : tlv;
  const shown = said.key === tlv.key ? codec : (capabilityByCode(said.code) ?? codec);
  return {
    code: tlv.code,
    key,
    json: shown.toJson(value, version),
    text: shown.toText(value),
  };
}

// where both codes were sent, ExaBGP's events call both what the last of them is: FRR sends 128 first
function isRouteRefresh(tlv: CapabilityTlv): boolean {
  return tlv.key === 'routeRefresh' || tlv.key === 'ciscoRouteRefresh';
}

function showRaw(raw: RawCapability): { json: JsonObject; text: string } {
  const iana = registration(raw.code);
  const malformed: Record<string, Json> = raw.malformed === undefined ? {} : { malformed: raw.malformed };
  return {
    json: { name: 'unknown', iana, value: raw.code, raw: toHex(raw.value).toUpperCase(), ...malformed },
    text: `${iana} ${raw.code}`,
  };
}

/** How ExaBGP's events call the registration of a code that they do not read. */
function registration(code: number): 'unassigned' | 'unknown' | 'reserved' {
  if (code === 0 || code === 255) return 'reserved';
  return (code >= 9 && code <= 63) || (code >= 72 && code <= 127) ? 'unassigned' : 'unknown';
}

const AFTER_HOSTNAME = new Set([75, 77, 68]);

// ExaBGP 5 and later list the host name of their own OPEN even where none is sent
function withHostname(shown: readonly ShownCapability[], version: ApiVersion): readonly ShownCapability[] {
  if (shown.some((c) => c.code === 73)) return shown;
  const unset = version === 5 ? null : '';
  const hostname: ShownCapability = {
    code: 73,
    key: 'hostname',
    json: { 'host-name': unset, 'domain-name': unset },
    text: version === 5 ? 'hostname(none none)' : 'hostname( )',
  };
  const at = shown.findIndex((c) => AFTER_HOSTNAME.has(c.code));
  return at < 0 ? [...shown, hostname] : [...shown.slice(0, at), hostname, ...shown.slice(at)];
}
