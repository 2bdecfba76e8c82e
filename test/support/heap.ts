import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './e2e.ts';

const LOADED = fileURLToPath(new URL('./heap.cjs', import.meta.url));

/** For a daemon that is started with `env`: how many octets are alive in its heap, after a collection. */
export function liveHeap(dir: string): { readonly env: Record<string, string>; octets(): Promise<number> } {
  const ask = join(dir, 'heap');
  const answer = `${ask}.octets`;
  return {
    env: { NODE_OPTIONS: `--require ${LOADED}`, HEAP_ASK: ask },
    octets: async () => {
      rmSync(answer, { force: true });
      writeFileSync(ask, '');
      await eventually(() => existsSync(answer));
      return Number(readFileSync(answer, 'utf8'));
    },
  };
}
