export { type DecodedAttributes, decodeAttributes } from './decode.ts';
export { encodeAttributes } from './encode.ts';
export {
  attributeByWord,
  attributesToConfig,
  attributesToJson,
  attributesToText,
  attributeWords,
} from './show.ts';
export { ATTRIBUTES, type AttributeKey, type Attributes, attributeByCode, renderByCode } from './table.ts';
