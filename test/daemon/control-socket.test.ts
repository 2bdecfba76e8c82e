import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ControlContext } from '../../src/daemon/control-client.ts';
import { ControlSocket, ControlSocketError } from '../../src/daemon/control-socket.ts';
import { SYSTEM_CLOCK } from '../../src/session/clock.ts';

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'peerline-control-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function socketAt(path: string, onLine: ControlContext['onLine'] = () => undefined): ControlSocket {
  return new ControlSocket({
    path,
    umask: 0o137,
    clock: SYSTEM_CLOCK,
    log: pino({ level: 'silent' }),
    identity: { host: 'lab', pid: 1, ppid: 1 },
    version: 5,
    onLine,
    onChunk: (_client, _chunk, from) => from,
    journal: undefined,
    watchers: new Set(),
  });
}

describe('a control socket', () => {
  it('that would be below a file is none, with the reason', async () => {
    const file = join(directory(), 'file');
    writeFileSync(file, '');
    const started = socketAt(join(file, 'x.sock')).start();
    await expect(started).rejects.toThrow(ControlSocketError);
    await expect(started).rejects.toThrow(/ENOTDIR/);
  });

  it('whose place cannot be looked at any more stops all the same', async () => {
    const place = directory();
    const socket = socketAt(join(place, 'x.sock'));
    await socket.start();
    rmSync(place, { recursive: true });
    writeFileSync(place, '');
    await socket.stop();
  });

  it('gives whoever says no more the answers that are not known yet', async () => {
    const path = join(directory(), 'x.sock');
    let write = (): void => undefined;
    const written = new Promise<void>((resolve) => {
      write = resolve;
    });
    const socket = socketAt(path, ({ answers }) => answers.giveAfter(written, ['done']));
    await socket.start();
    onTestFinished(() => socket.stop());
    const client = connect(path);
    const heard = client.setEncoding('utf8').toArray();
    client.end('sync\n');
    // its end is here by then
    await new Promise((resolve) => setTimeout(resolve, 50));
    write();
    expect((await heard).join('')).toBe('done\n');
  });
});
