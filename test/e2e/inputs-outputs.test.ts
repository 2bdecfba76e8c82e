import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { environment, type Outcome, PROGRAM, peerline, script, workspace } from '../support/e2e.ts';

const KEEPALIVE = `${'ff'.repeat(16)}001304`;
const DEFINE = 'set -o pipefail; peerline() { "$NODE" "$PROGRAM" "$@"; };';

/** What a shell makes of a line in which `peerline` is the program. */
function shell(line: string): Promise<Outcome> {
  const env = environment({ NODE: process.execPath, PROGRAM });
  return new Promise((resolve) => {
    execFile('/bin/bash', ['-c', `${DEFINE} ${line}`], { env, timeout: 20_000 }, (err, stdout, stderr) =>
      resolve({ code: err === null ? 0 : Number(err.code ?? -1), stdout, stderr }),
    );
  });
}

describe('inputs that are none', () => {
  it.each([
    ['decode /', '/: it is a directory\n'],
    ['decode - </', '<stdin>: it is a directory\n'],
    ['replay / --to 127.0.0.1:1', '/: it is a directory\n'],
    ['mrt /', '/: it is a directory\n'],
    ['mrt no-such-file', 'no-such-file: no such file\n'],
    ['check /', '/: it is a directory\n'],
  ])('peerline %s', async (line, stderr) => {
    expect(await shell(`peerline ${line}`)).toEqual({ code: 1, stdout: '', stderr });
  });

  it('encode names the line of standard input', async () => {
    const input = 'route 10.0.0.0/8 next-hop 192.0.2.1\n\nroute 10.0.0.0/8 next-hop nowhere\n';
    const { code, stdout, stderr } = await peerline(['encode'], { input });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^F{32}[0-9A-F]+\n$/);
    const [first = '', second = ''] = stderr.split('\n');
    expect(first).toBe('<stdin>:3: announce route 10.0.0.0/8 next-hop nowhere');
    expect(second.indexOf('^')).toBe(first.indexOf('nowhere'));
  });
});

describe('outputs', () => {
  it('a reader that has seen enough ends a verb quietly, also one that is fed without end', async () => {
    const endless = await shell(
      "(yes 'route 10.0.0.0/8 next-hop 192.0.2.1' || true) | peerline encode | head -1",
    );
    expect(endless).toMatchObject({ code: 0, stderr: '' });
    expect(endless.stdout).toMatch(/^F{32}[0-9A-F]+\n$/);
  });

  it.each(['version', `decode ${KEEPALIVE}`, "encode 'route 10.0.0.0/8 next-hop 192.0.2.1'"])(
    'a full disk is told, and no bug: peerline %s',
    async (line) => {
      const { code, stderr } = await shell(`peerline ${line} >/dev/full`);
      expect({ code, stderr }).toEqual({ code: 1, stderr: 'standard output: no space is left there\n' });
    },
  );

  it.each([
    ['standard error', '2>/dev/full', ''],
    ['a file', '', '/dev/full'],
  ])(
    'a daemon runs and stops though its log cannot be written to %s',
    async (_, redirection, destination) => {
      const dir = workspace();
      const file = join(dir, 'peer.conf');
      const handler = script(join(dir, 'handler'), `#!/bin/sh\ntouch ${dir}/started\ncat >/dev/null\n`);
      writeFileSync(file, processConf(handler) + neighborConf({ port: 1 }));
      const line = `peerline_log_destination=${destination} "$NODE" "$PROGRAM" run ${file} ${redirection} &
      until [ -e ${dir}/started ]; do sleep 0.1; done; kill $!; wait $!`;
      expect(await shell(line)).toEqual({ code: 0, stdout: '', stderr: '' });
    },
  );

  it('configuration example writes where it is told', async () => {
    const file = join(workspace(), 'example.conf');
    expect(await peerline(['configuration', 'example', '-o', file])).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(file, 'utf8')).toContain('neighbor');
    expect(await peerline(['configuration', 'example', '-o', '/'])).toMatchObject({
      code: 1,
      stderr: '/: it is a directory\n',
    });
  });
});
