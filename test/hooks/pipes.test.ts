import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { borrowPipes } from '../../src/hooks/pipes.ts';
import { until, watch } from './support.ts';

function children(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return (
          readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ')[1] === String(process.pid)
        );
      } catch {
        return false;
      }
    });
}

const descriptors = () => readdirSync('/proc/self/fd').length;

describe.runIf(process.platform === 'linux')('borrowed pipes', () => {
  it('come in three, all at once, and leave nothing behind', async () => {
    (await borrowPipes())?.close();
    const before = { fds: descriptors(), children: children() };
    const all = await Promise.all(Array.from({ length: 8 }, borrowPipes));
    expect(new Set(all.flatMap((pipes) => pipes?.childEnds ?? [])).size).toBe(24);
    for (const pipes of all) pipes?.close();
    await until(() => descriptors() <= before.fds);
    expect(children()).toEqual(before.children);
  });

  it('never fail', async () => {
    for (let i = 0; i < 50; i++) {
      const pipes = await borrowPipes();
      expect(pipes).toBeDefined();
      pipes?.close();
    }
  });

  it('of children that lived and died are all closed', async () => {
    const once = async () => {
      const { child } = watch(['/bin/cat']);
      child.start();
      await until(() => child.state === 'running');
      await child.stop();
    };
    // the first one also starts what ends handlers when this program is killed
    await once();
    const before = { fds: descriptors(), children: children() };
    for (let i = 0; i < 5; i++) await once();
    await until(() => descriptors() <= before.fds);
    expect(children()).toEqual(before.children);
  });

  it('of a program that cannot be executed are closed', async () => {
    const before = descriptors();
    const { child } = watch(['/nonexistent/handler']);
    child.start();
    await until(() => child.state === 'ended');
    await until(() => descriptors() <= before);
  });

  it('cannot be had where the system starts no program, which harms nothing', async () => {
    // more than an execve takes: Node throws it, as it throws that there is no memory
    process.env.PEERLINE_TEST = 'x'.repeat(256 * 1024);
    onTestFinished(() => void delete process.env.PEERLINE_TEST);
    expect(await borrowPipes()).toBeUndefined();
    const { child } = watch(['/bin/cat']);
    child.start();
    await until(() => child.state === 'ended');
    expect(child.stats().lastExit?.failure).toContain('E2BIG');
  });
});
