import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, expect, it } from 'vitest';
import { Background, ready } from '../support/background.ts';
import { freePort, temporaryDirectory } from '../support/files.ts';
import { run } from '../support/programs.ts';
import { until } from '../support/wait.ts';
import { daemonSuite } from './lab.ts';
import { type Connection, FakeRouter } from './side-by-side/fake-router.ts';
import { MAIN, SETTINGS } from './side-by-side/programs.ts';

/** `npm run soak` kills it fifty times. */
const LONG = process.env.PEERLINE_SOAK === '1';
const KILLS = LONG ? 50 : 3;
const [BIRD, OURS, ROUTER, OBSERVER] = ['127.9.60.10', '127.9.60.2', '127.9.60.3', '127.9.60.4'];
const [OUR_AS, BIRD_AS, OBSERVER_AS] = [65001, 65060, 65004];
const ROUTES = 40;
const UPDATE = 2;

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const as4 = (as: number) => `0104 00010001 4104 ${as.toString(16).padStart(8, '0')}`;

async function bird(directory: string, ports: { bird: number; observer: number }) {
  const control = join(directory, 'bird.ctl');
  writeFileSync(
    join(directory, 'bird.conf'),
    `log "${join(directory, 'bird.log')}" all;
router id 10.9.60.10;
protocol device { }
protocol bgp to_ours {
  local ${BIRD} port ${ports.bird} as ${BIRD_AS}; neighbor ${OURS} as ${OUR_AS};
  multihop; strict bind yes; passive; graceful restart aware; debug { packets };
  ipv4 { import all; export none; };
}
protocol bgp to_observer {
  local ${BIRD} as ${BIRD_AS}; neighbor ${OBSERVER} port ${ports.observer} as ${OBSERVER_AS};
  multihop; connect delay time 1; connect retry time 1; error wait time 1, 1;
  ipv4 { import none; export all; next hop self; };
}
`,
  );
  const daemon = new Background('/usr/sbin/bird', ['-c', 'bird.conf', '-s', control, '-f'], {
    cwd: directory,
  });
  stops.push(() => daemon.stop());
  const birdc = (...words: string[]) => run('/usr/sbin/birdc', ['-s', control, ...words]);
  await ready(daemon, () => birdc('show', 'status'));
  const log = () => readFileSync(join(directory, 'bird.log'), 'utf8');
  return { birdc, ends: () => log().split('to_ours: Got END-OF-RIB').length - 1 };
}

/** Prefixes that UPDATEs on a connection withdraw, also with MP_UNREACH_NLRI. */
const withdrawals = (connection: Connection) =>
  connection.bodies(UPDATE).filter((body) => !body.startsWith('0000') || body.includes('800f'));

const TICK_MS = 10;

/** What a process has used of processors so far. */
function workedMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

daemonSuite({ name: 'killed beside BIRD', program: 'bird' }, () => {
  it(`${KILLS} times: routes come from the journal, and nobody sees one go`, {
    timeout: LONG ? 900_000 : 120_000,
  }, async () => {
    const place = temporaryDirectory();
    stops.push(() => place.remove());
    const directory = place.path;
    const ports = {
      bird: await freePort(BIRD),
      observer: await freePort(OBSERVER),
      router: await freePort(ROUTER),
    };
    const observer = await FakeRouter.listen(OBSERVER, ports.observer);
    const router = await FakeRouter.listen(ROUTER, ports.router);
    stops.push(
      () => observer.stop(),
      () => router.stop(),
    );
    const { birdc, ends } = await bird(directory, ports);
    const watching = await observer.connection();
    await watching.establish({ as: OBSERVER_AS, capabilities: as4(OBSERVER_AS), routerId: '0a093c04' });

    const commands = join(directory, 'commands');
    execFileSync('mkfifo', [commands]);
    const pipe = openSync(commands, constants.O_RDWR | constants.O_NONBLOCK);
    stops.push(() => closeSync(pipe));
    const neighbor = (address: string | undefined, port: number, peerAs: number) => `
neighbor ${address} {
  router-id 10.9.60.2; local-address ${OURS}; local-as ${OUR_AS}; peer-as ${peerAs}; connect ${port};
  family { ipv4 unicast; }
  capability { graceful-restart 120; }
  api { processes [ injector ]; }
}`;
    writeFileSync(
      join(directory, 'ours.conf'),
      `process injector { run sh -c 'cat ${commands} & exec cat > /dev/null'; encoder json; persist ${directory}/state; }
${neighbor(BIRD, ports.bird, BIRD_AS)}${neighbor(ROUTER, ports.router, 65003)}`,
    );
    const start = () => {
      const began = performance.now();
      const daemon = new Background(process.execPath, [MAIN, join(directory, 'ours.conf')], {
        cwd: directory,
        env: { ...SETTINGS, 'exabgp.api.version': '5' },
      });
      stops.push(() => daemon.stop());
      return { daemon, began };
    };
    const count = async () =>
      Number(/(\d+) of \d+ routes/.exec(await birdc('show', 'route', 'protocol', 'to_ours', 'count'))?.[1]);
    const established = async () => (await birdc('show', 'protocols', 'to_ours')).includes('Established');

    let { daemon } = start();
    await until('BIRD is up', established);
    for (let n = 0; n < ROUTES; n++) writeSync(pipe, `announce route 10.60.${n}.0/24 next-hop self\n`);
    await until('all routes', async () => (await count()) === ROUTES);
    await watching.update('180a3c27');
    // a session that ends before it had End-of-RIB loses what it had not told again, RFC 4724 section 4.2
    await until('the first End-of-RIB', () => ends() === 1);

    const [opens, worked]: [number[], number[]] = [[], []];
    for (let kill = 1; kill <= KILLS; kill++) {
      await daemon.kill();
      const next = start();
      daemon = next.daemon;
      const connection = await router.connection(kill + 1);
      await connection.next(1);
      opens.push(performance.now() - next.began);
      worked.push(workedMs(daemon.pid));
      await until('BIRD is up again', established);
      await until('End-of-RIB', async () => {
        expect(await count()).toBe(ROUTES);
        return ends() === kill + 1;
      });
      expect(await count()).toBe(ROUTES);
    }
    expect(withdrawals(watching)).toEqual([]);
    const median = (all: readonly number[]) =>
      Math.round(all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0);
    console.info(`first OPEN after ${median(opens)} ms, ${median(worked)} ms of work`);
    // what a machine makes of it that does much else is no measure
    expect(median(worked)).toBeLessThan(1000);
    expect(median(opens)).toBeLessThan(10_000);
  });
});
