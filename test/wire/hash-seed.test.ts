import { expect, it, vi } from 'vitest';

const SLOTS = 4096;
const CANDIDATES = 1 << 18;

/** The hashes of a process that drew that number, of the address 10.0.0.0 and those behind it. */
async function hashesOf(drawn: number): Promise<Record<string, (nth: number) => number>> {
  vi.resetModules();
  const random = vi.spyOn(Math, 'random').mockReturnValue(drawn);
  const { hashFour, hashSix } = await import('../../src/wire/prefix-hash.ts');
  const { hash } = await import('../../src/rib/octets/arena.ts');
  const { hashText } = await import('../../src/rib/keys.ts');
  random.mockRestore();
  const words = Uint32Array.of(0x20010db8, 0, 0, 0);
  const octets = Uint8Array.of(32, 10, 0, 0, 0);
  const view = new DataView(octets.buffer);
  return {
    ipv4: (nth) => hashFour(0x0a000000 + nth, 32),
    ipv6: (nth) => {
      words[3] = nth;
      return hashSix(words, 0, 128);
    },
    octets: (nth) => {
      view.setUint32(1, 0x0a000000 + nth);
      return hash(octets, 0, octets.length);
    },
    text: (nth) => hashText(`flow destination 10.0.0.0/8 port =${nth}`),
  };
}

it.each(['ipv4', 'ipv6', 'octets', 'text'])(
  'what was chosen to meet in one slot of a table of one process does not in another: %s',
  async (what) => {
    const [known, ours] = [(await hashesOf(0.123))[what], (await hashesOf(0.789))[what]];
    if (known === undefined || ours === undefined) throw new Error(what);
    const chosen: number[] = [];
    for (let nth = 0; nth < CANDIDATES; nth++) if ((known(nth) & (SLOTS - 1)) === 0) chosen.push(nth);
    expect(chosen.length).toBeGreaterThan(CANDIDATES / SLOTS / 4);
    const slots = new Set(chosen.map((nth) => ours(nth) & (SLOTS - 1)));
    expect(slots.size).toBeGreaterThan(chosen.length * 0.8);
  },
);
