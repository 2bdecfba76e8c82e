import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { nlriKey } from '../../src/bgp/nlri/index.ts';
import { moveOf } from '../../src/daemon/batch.ts';
import { Journal } from '../../src/daemon/journal.ts';
import { JournalIndex } from '../../src/daemon/journal-index.ts';

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'peerline-journal-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

async function opened(directory: string) {
  const failures: string[] = [];
  const onFailure = (reason: string) => void failures.push(reason);
  const onRecovery = () => void failures.push('none any more');
  const journal = new Journal({ directory, name: 'p', onFailure, onRecovery });
  const found: (string | undefined)[] = [];
  for await (const text of journal.read()) {
    found.push(text);
    if (text !== undefined) journal.replayed(moveOf(text));
  }
  return { journal, found, failures, file: join(directory, 'p.journal') };
}

/** What three neighbors have after these commands. */
function tablesOf(lines: Iterable<string>): Record<string, string[]> {
  const peers = ['192.0.2.1', '192.0.2.2', '192.0.2.3'];
  const tables = new Map(peers.map((peer) => [peer, new Map<string, string>()]));
  for (const text of lines) {
    const { command } = moveOf(text);
    for (const [peer, table] of tables) {
      if (command.selector?.some((term) => term.peer === peer) === false) continue;
      for (const { nlri, attributes } of command.routes) {
        if (command.type === 'announce') table.set(nlriKey(nlri), JSON.stringify(attributes));
        else table.delete(nlriKey(nlri));
      }
    }
  }
  return Object.fromEntries([...tables].map(([peer, table]) => [peer, [...table].map(String).sort()]));
}

const SELECTORS = [
  '',
  'neighbor 192.0.2.1 ',
  'neighbor 192.0.2.1, neighbor 192.0.2.2 ',
  'neighbor 192.0.2.3 ',
];
const prefixes = fc.uniqueArray(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 3 });
const commands = fc
  .tuple(fc.constantFrom(...SELECTORS), fc.constantFrom('announce', 'withdraw'), prefixes, fc.nat(3))
  .map(([selector, type, numbers, med]) => {
    const nlri = numbers.map((n) => `10.0.${n}.0/24`);
    const next = type === 'announce' ? ' next-hop 192.0.2.9' : '';
    return nlri.length === 1
      ? `${selector}${type} route ${nlri[0]}${next} med ${med}`
      : `${selector}${type} attributes${next} med ${med} nlri ${nlri.join(' ')}`;
  });

describe('what counts of a journal', () => {
  it('has the effect of the whole, and no more lines than routes and selectors', () =>
    fc.assert(
      fc.property(fc.array(commands, { maxLength: 40 }), (lines) => {
        const index = new JournalIndex();
        for (const line of lines) index.note(moveOf(line));
        const kept = [...index.lines()];
        expect(tablesOf(kept)).toEqual(tablesOf(lines));
        expect(kept.length).toBeLessThanOrEqual(6 * SELECTORS.length);
        expect(index.bytes).toBe(kept.reduce((sum, line) => sum + line.length + 1, 0));
      }),
    ));

  it.each([
    'announce route 10.0.0.0/24 rd 65001:1 label 100 next-hop 192.0.2.1 extended-community target:65001:7',
    'announce flow route { match { destination 198.51.100.7/32; protocol udp; } then { discard; } }',
    'announce ipv6 unicast 2001:db8::/48 next-hop 2001:db8::1 as-path [ 65001 65002 ] large-community [ 1:2:3 ]',
    'announce attributes next-hop self med 5 community [ 65001:1 ] nlri 10.0.0.0/24 10.0.1.0/24 2001:db8::/32',
  ])('is read back: %s', (line) => {
    const index = new JournalIndex();
    index.note(moveOf(line));
    const { routes } = moveOf(line).command;
    const back = [...index.lines()].flatMap((each) => moveOf(each).command.routes);
    expect(back).toEqual(routes);
  });
});

describe('a journal', () => {
  it('gives back what was appended', async () => {
    const directory = folder();
    const { journal, found } = await opened(directory);
    expect(found).toEqual([]);
    journal.append(moveOf('announce route 10.0.0.0/24 next-hop self'));
    journal.append(moveOf('neighbor 192.0.2.1 withdraw route 10.0.0.0/24'));
    await journal.written();
    const again = await opened(directory);
    expect(again.found).toEqual([
      'announce route 10.0.0.0/24 next-hop self',
      'neighbor 192.0.2.1 withdraw route 10.0.0.0/24',
    ]);
    expect(statSync(again.file).mode & 0o777).toBe(0o600);
    await Promise.all([journal.close(), again.journal.close()]);
  });

  it('leaves out a line that is damaged, and a torn end, and goes on behind them', async () => {
    const directory = folder();
    const first = await opened(directory);
    for (const n of [1, 2, 3]) first.journal.append(moveOf(`announce route 10.0.${n}.0/24 next-hop self`));
    await first.journal.close();
    writeFileSync(first.file, readFileSync(first.file, 'utf8').replace('10.0.2.0', '10.0.7.0'));
    appendFileSync(first.file, '0123abcd announce route 10.0.9');
    const second = await opened(directory);
    expect(second.found.map((text) => text?.slice(15, 26))).toEqual([
      '10.0.1.0/24',
      undefined,
      '10.0.3.0/24',
    ]);
    second.journal.append(moveOf('announce route 10.0.4.0/24 next-hop self'));
    await second.journal.close();
    const third = await opened(directory);
    expect(third.found.at(-1)).toBe('announce route 10.0.4.0/24 next-hop self');
    expect(third.found).toHaveLength(4);
    await third.journal.close();
  });

  it('is written anew when most of it counts no longer, and is bounded so', async () => {
    const directory = folder();
    const { journal, file } = await opened(directory);
    const text = (med: number) =>
      `announce route 10.0.0.0/24 next-hop self med ${med} community [ ${'65001:1 '.repeat(400)}]`;
    for (let i = 0; i < 3000; i++) {
      journal.append(moveOf(text(i)));
      if (i % 100 === 0) await journal.written();
    }
    await journal.close();
    expect(statSync(file).size).toBeLessThan(6 * 1024 * 1024);
    const again = await opened(directory);
    expect(again.found.at(-1)).toBe(text(2999));
    await again.journal.close();
  });

  it('has what was appended however long the disk takes: the system has it, and survives us', async () => {
    const { journal, file } = await opened(folder());
    const handle = await open('/dev/null');
    const kind = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    let settle = () => {};
    const slow = vi.spyOn(kind, 'datasync').mockReturnValue(
      new Promise((resolve) => {
        settle = resolve;
      }),
    );
    onTestFinished(() => slow.mockRestore());
    for (const n of [1, 2, 3]) {
      journal.append(moveOf(`announce route 10.0.${n}.0/24 next-hop self`));
      await journal.written();
    }
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(3);
    expect(slow).toHaveBeenCalledTimes(1);
    settle();
    await journal.close();
  });

  it('writes what is appended as a write ends, whenever that is, and whoever waits for it waits for that', async () => {
    const { journal, file } = await opened(folder());
    const put = (n: number) => journal.append(moveOf(`announce route 10.0.${n}.0/24 next-hop self`));
    const handle = await open('/dev/null');
    const kind = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    const append = kind.appendFile;
    const ending = vi.spyOn(kind, 'appendFile');
    onTestFinished(() => ending.mockRestore());
    // a write is over some microtasks after the system has it
    for (let turns = 0; turns < 12; turns++) {
      let late = Promise.resolve();
      ending.mockImplementationOnce(async function (this: typeof handle, ...words) {
        await append.apply(this, words);
        late = (async () => {
          for (let turn = 0; turn < turns; turn++) await undefined;
          put(2 * turns + 1);
          await journal.written();
        })();
      });
      put(2 * turns);
      await journal.written();
      await late;
      expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(2 * turns + 2);
    }
    await journal.close();
  });

  it('is written anew where the disk was full for a moment: nothing is missing, and no torn line in its midst', async () => {
    const directory = folder();
    const { journal, failures, file } = await opened(directory);
    const texts = [1, 2, 3].map((n) => `announce route 10.0.${n}.0/24 next-hop self`);
    const [first = '', second = '', third = ''] = texts;
    journal.append(moveOf(first));
    await journal.written();
    const handle = await open('/dev/null');
    const kind = Object.getPrototypeOf(handle) as typeof handle;
    await handle.close();
    const full = vi.spyOn(kind, 'appendFile').mockImplementationOnce(async (text) => {
      appendFileSync(file, String(text).slice(0, 20));
      throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    });
    onTestFinished(() => full.mockRestore());
    journal.append(moveOf(second));
    await journal.written();
    journal.append(moveOf(third));
    await journal.close();
    expect(failures).toEqual([]);
    const again = await opened(directory);
    expect(again.found).toEqual(texts);
    await again.journal.close();
  });

  it('that had to leave out commands tries again by itself', async () => {
    const directory = folder();
    const failures: string[] = [];
    const onFailure = (reason: string) => void failures.push(reason);
    const onRecovery = () => void failures.push('none any more');
    const journal = new Journal({ directory, name: 'p', onFailure, onRecovery, retryMs: 5 });
    for await (const _ of journal.read());
    rmSync(directory, { recursive: true });
    journal.append(moveOf('announce route 10.0.0.0/24 next-hop self'));
    await journal.written();
    mkdirSync(directory);
    const file = join(directory, 'p.journal');
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toContain('10.0.0.0/24'), 5000);
    await journal.close();
    expect(failures).toEqual(['ENOENT', 'none any more']);
  });

  it('that cannot be written says so once, and harms nobody', async () => {
    const directory = folder();
    const { journal, failures } = await opened(directory);
    rmSync(directory, { recursive: true });
    for (let i = 0; i < 3; i++) {
      journal.append(moveOf('announce route 10.0.0.0/24 next-hop self'));
      await journal.written();
    }
    expect(failures).toEqual(['ENOENT']);
    await journal.close();
  });
});

it('gives up what somebody else announced or withdrew, for the neighbors that were meant', async () => {
  const directory = folder();
  const { journal } = await opened(directory);
  for (const n of [1, 2, 3]) journal.append(moveOf(`announce route 10.0.${n}.0/24 next-hop 192.0.2.9`));
  journal.takenOver(moveOf('withdraw route 10.0.1.0/24 next-hop 192.0.2.9').command);
  journal.takenOver(moveOf('neighbor 192.0.2.1 announce route 10.0.2.0/24 next-hop 192.0.2.9 med 5').command);
  journal.takenOver(moveOf('announce route 10.0.9.0/24 next-hop 192.0.2.9').command);
  await journal.close();
  const again = await opened(directory);
  const { '192.0.2.1': first, '192.0.2.2': second } = tablesOf(again.journal.lines());
  expect([first?.length, second?.length]).toEqual([1, 2]);
});
