import type { Json, JsonMap, JsonObject } from '../bgp/json.ts';

const NOT_ASCII = /[\u007f-\uffff]/g;

/** JSON on one line as `show … json` of ExaBGP writes it: `{"a": [1, 2]}`, printable ASCII. */
export function spacedJson(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(value).replace(NOT_ASCII, escapeUnit);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  return `{${members(value).join(', ')}}`;
}

function isArray(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function members(value: JsonMap | JsonObject): string[] {
  const entries: readonly (readonly [string, Json | undefined])[] =
    value instanceof Map ? [...value] : Object.entries(value);
  return entries.flatMap(([key, member]) =>
    member === undefined ? [] : [`${spacedJson(key)}: ${spacedJson(member)}`],
  );
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
