/**
 * Where the hashes of this process begin, another number in each: a peer that chose its prefixes so that all of them meet in
 * one slot of a table would have each look through those before it.
 */
export const HASH_SEED = (Math.random() * 0x100000000) | 0;
