import type { Json, JsonMap } from '../bgp/json.ts';

const PLAIN = /^[ !#-[\]-~]*$/;
const NOT_ASCII = /[\u007f-\uffff]/g;

/**
 * The text of a JSON value on one line, in printable ASCII: other characters are escaped. Spaced as
 * `{ "a": [ 1, 2 ], "b": { } }`, which scripts that search lines for `"type": "update"` count on.
 * Undefined members are left out; bigints are integers of any size; numbers that are not finite are null.
 */
export function stringify(value: Json): string {
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      if (isArray(value)) return arrayText(value);
      return isMap(value) ? mapText(value) : objectText(value);
  }
}

/** `Array.isArray` does not narrow readonly arrays. */
function isArray(value: object): value is readonly Json[] {
  return Array.isArray(value);
}

function isMap(value: object): value is JsonMap {
  return value instanceof Map;
}

function arrayText(items: readonly Json[]): string {
  let out = '';
  for (const item of items) out += out === '' ? stringify(item) : `, ${stringify(item)}`;
  return out === '' ? '[ ]' : `[ ${out} ]`;
}

function objectText(members: { readonly [key: string]: Json | undefined }): string {
  let out = '';
  for (const key in members) {
    const value = members[key];
    if (value === undefined) continue;
    out += `${out === '' ? '' : ', '}${quote(key)}: ${stringify(value)}`;
  }
  return out === '' ? '{ }' : `{ ${out} }`;
}

function mapText(members: JsonMap): string {
  const out = Array.from(members, ([key, value]) => `${quote(key)}: ${stringify(value)}`);
  return out.length === 0 ? '{ }' : `{ ${out.join(', ')} }`;
}

function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  return JSON.stringify(text).replace(NOT_ASCII, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
