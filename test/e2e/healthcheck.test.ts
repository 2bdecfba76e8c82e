import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { Driven, type JsonEvent } from '../support/driven.ts';
import { Daemon, eventually, freePort, PROGRAM, peerline, script, workspace } from '../support/e2e.ts';

interface Setup {
  readonly dir: string;
  readonly router: Driven;
  readonly speaker: Daemon;
  readonly pid: () => number;
}

/** Two Peerlines: one runs the healthcheck as a configuration line names it, the other is told its routes. */
async function start(more: string): Promise<Setup> {
  const dir = workspace();
  const port = await freePort();
  const router = new Driven(dir, 'router');
  const routerConf = neighborConf({
    port,
    peer: '127.0.0.1',
    local: '127.0.0.2',
    routerId: '192.0.2.2',
    localAs: '65002',
    peerAs: '65001',
    process: 'router',
  });
  await Daemon.run(dir, processConf(router.run, 'router') + routerConf);
  script(join(dir, 'peerline'), `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`);
  const fast = `--interval 0.1 --fast-interval 0.05 --rise 2 --fall 2 --no-ip-setup --ip 192.0.2.53`;
  const check = `--cmd "test -e ${dir}/ok" --disable ${dir}/off --pid ${dir}/pid`;
  const run = `/usr/bin/env peerline healthcheck ${fast} ${check} ${more}`;
  const speakerConf = neighborConf({ port, process: 'watch' })
    .replace('passive;', '')
    .replace('listen', 'connect');
  const speaker = await Daemon.run(
    dir,
    processConf(run, 'watch', 'encoder json; respawn false;') + speakerConf,
    {
      PATH: `${dir}:${process.env.PATH}`,
    },
  );
  await router.up();
  return { dir, router, speaker, pid: () => Number(readFileSync(join(dir, 'pid'), 'utf8')) };
}

/** `+MED` or `-` for each UPDATE about the service address. */
function turns(events: readonly JsonEvent[]): string[] {
  return events.flatMap(({ neighbor }) => {
    const update = neighbor.message?.update ?? {};
    const announced = JSON.stringify(update.announce ?? {}).includes('192.0.2.53/32');
    const withdrawn = JSON.stringify(update.withdraw ?? {}).includes('192.0.2.53/32');
    return announced ? [`+${update.attribute.med}`] : withdrawn ? ['-'] : [];
  });
}

async function told(router: Driven, expected: readonly string[]): Promise<void> {
  const seen = () => turns(router.events('update'));
  await eventually(() => seen().length >= expected.length, { why: () => `${expected} in ${seen()}` });
  expect(seen()).toEqual(expected);
}

describe('peerline healthcheck', () => {
  it('follows a service by metrics, and withdraws when it ends', async () => {
    const { dir, router, pid } = await start('--community 65001:1 --up-as-path "65001 65001"');
    await told(router, ['+1000']);
    writeFileSync(join(dir, 'ok'), '');
    await told(router, ['+1000', '+100']);
    const { attribute } = router.events('update').at(-1)?.neighbor.message.update ?? {};
    expect(attribute).toMatchObject({ community: [[65001, 1]] });
    expect(JSON.stringify(attribute['as-path'])).toContain('65001,65001');
    rmSync(join(dir, 'ok'));
    await told(router, ['+1000', '+100', '+1000']);
    writeFileSync(join(dir, 'off'), '');
    await told(router, ['+1000', '+100', '+1000', '+500']);
    process.kill(pid(), 'SIGTERM');
    await told(router, ['+1000', '+100', '+1000', '+500', '-']);
    await eventually(() => !existsSync(join(dir, 'pid')));
  });

  it('withdraws what is down or disabled', async () => {
    const { dir, router, speaker } = await start('--withdraw-on-down --debounce --neighbor *');
    await speaker.logged('process says', { stderr: 'healthcheck: the service is down' });
    writeFileSync(join(dir, 'ok'), '');
    await eventually(() => turns(router.events('update')).at(-1) === '+100');
    writeFileSync(join(dir, 'off'), '');
    await eventually(() => turns(router.events('update')).at(-1) === '-');
    rmSync(join(dir, 'off'));
    await eventually(() => turns(router.events('update')).at(-1) === '+100');
    rmSync(join(dir, 'ok'));
    await eventually(() => turns(router.events('update')).at(-1) === '-');
  });

  it('is a program of its own: help, errors, one announcement', async () => {
    const help = await peerline(['healthcheck', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toContain('--fast-interval');
    const wrong = await peerline(['healthcheck', '--ip', '10.0.0.1/8']);
    expect(wrong).toMatchObject({
      code: 2,
      stdout: '',
      stderr: "healthcheck: --ip: '10.0.0.1/8': it has host bits set\n",
    });
    const argv = ['-sa', '-i0', '--rise=1', '--no-ip-setup', '--ip', '192.0.2.1', '--path-id', '7'];
    expect(await peerline(['healthcheck', ...argv])).toEqual({
      code: 0,
      stdout: 'announce route 192.0.2.1/32 next-hop self med 100 path-information 7\n',
      stderr: '',
    });
  });

  it('has an example that is a configuration', async () => {
    const conf = new URL('../../plugins/healthcheck/peerline.conf', import.meta.url).pathname;
    expect(await peerline(['check', conf])).toMatchObject({ code: 0 });
    const options = new URL('../../plugins/healthcheck/healthcheck.conf', import.meta.url).pathname;
    const once = await peerline([
      'healthcheck',
      '-F',
      options,
      '-i',
      '0',
      '--fall',
      '1',
      '-a',
      '-c',
      'false',
    ]);
    expect(once).toMatchObject({ code: 0, stdout: 'withdraw route 192.0.2.53/32 next-hop self\n' });
  });
});
