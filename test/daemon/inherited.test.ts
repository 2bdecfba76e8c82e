import { closeSync, openSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { closeInPrograms } from '../../src/daemon/inherited.ts';
import { loadNative } from '../../src/session/native.ts';

it('what programs would find open is closed for them, one that is gone again is no fault', async () => {
  const loaded = await loadNative();
  if ('unavailable' in loaded) throw new Error(loaded.unavailable);
  const [gone, open] = [openSync('/dev/null', 'r'), openSync('/dev/null', 'r')];
  closeSync(gone);
  closeInPrograms([gone, open], loaded.native);
  expect(readFileSync(`/proc/self/fdinfo/${open}`, 'latin1')).toMatch(/^flags:\s+02/m);
  closeSync(open);
  expect(() =>
    closeInPrograms([0], {
      closeOnExec: () => {
        throw new RangeError('anything else');
      },
    }),
  ).toThrow('anything else');
});
