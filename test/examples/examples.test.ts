import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';
import { has, type Program, Sandbox } from './support.ts';

let sandbox: Sandbox | undefined;

afterEach(async () => {
  await sandbox?.end();
  sandbox = undefined;
});

const soon = { timeout: 45_000, interval: 50 };
vi.setConfig({ testTimeout: 90_000 });

/** The example with the router beside it. */
async function start(example: string): Promise<{ box: Sandbox; ours: Program; router: Program }> {
  const box = await Sandbox.of(example, 'router');
  sandbox = box;
  return { box, router: box.run('router', 'router.conf'), ours: box.run(example, 'peerline.conf') };
}

function heard(router: Program, text: string): Promise<void> {
  return vi.waitFor(() => expect(router.said).toContain(`neighbor 127.0.0.1 receive update ${text}`), soon);
}

/** What the router's handler says of a route of ours. */
const announced = (prefix: string, rest = 'origin igp as-path ( 65001 )', nextHop = '127.0.0.1') =>
  `announced ${prefix} next-hop ${nextHop} ${rest}`;

it.skipIf(!has('python3'))('python-reader tells of routes and announces one', async () => {
  const { ours, router } = await start('python-reader');
  await heard(router, announced('192.0.2.0/24', 'origin igp as-path ( 65001 ) med 10'));
  await vi.waitFor(() => {
    expect(ours.said).toContain('127.0.0.2 is up');
    expect(ours.said.some((line) => line.startsWith('127.0.0.2 announced ipv4 unicast 203.0.113.0/24'))).toBe(
      true,
    );
  }, soon);
});

it('shell-loop announces while its check succeeds', async () => {
  const { box, router } = await start('shell-loop');
  const flag = box.path('service-is-up');
  writeFileSync(flag, '');
  await heard(router, announced('192.0.2.53/32'));
  rmSync(flag);
  await heard(router, 'withdrawn 192.0.2.53/32');
});

it.skipIf(!has('python3'))('rtbh follows its file', async () => {
  const { box, ours, router } = await start('rtbh');
  const list = box.path('blackhole.txt');
  writeFileSync(list, '198.51.100.7  # attacked\nnonsense\n');
  const route = 'origin igp as-path ( 65001 ) community [ blackhole no-export ]';
  await heard(router, announced('198.51.100.7/32', route, '192.0.2.66'));
  expect(ours.said).toContain('nonsense: not an address');
  writeFileSync(list, '# all quiet\n');
  await heard(router, 'withdrawn 198.51.100.7/32');
});

it.skipIf(!has('jq'))('jq-pipeline writes what is announced and withdrawn', async () => {
  const { box, router } = await start('jq-pipeline');
  const file = box.path('routes.tsv');
  const text = () => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  await vi.waitFor(() => expect(text()).toBe(expected('jq-pipeline', 'routes.tsv')), soon);
  await router.stop();
});

it.skipIf(!has('python3'))('bmp-to-csv writes what a router reports', async () => {
  const box = await Sandbox.of('bmp-to-csv');
  sandbox = box;
  const program = box.run('bmp-to-csv', 'peerline.conf');
  const listens = () => program.log.some(({ msg }) => msg === 'BMP station listens');
  await vi.waitFor(() => expect(listens()).toBe(true), soon);
  const sent = spawnSync('python3', [box.path('bmp-to-csv', 'send.py'), '127.0.0.1', String(box.ports.bmp)]);
  expect(sent.status).toBe(0);
  const file = box.path('routes.csv');
  // the first column is the time of reading
  const rows = () =>
    readFileSync(file, 'utf8')
      .replace(/^[0-9.]+,/gm, 'TIME,')
      .replaceAll('\r\n', '\n');
  await vi.waitFor(() => expect(rows()).toBe(expected('bmp-to-csv', 'routes.csv')), soon);
});

it('node-http-api announces and withdraws on request', async () => {
  const { box, ours, router } = await start('node-http-api');
  const routes = `http://127.0.0.1:${box.ports.http}/routes`;
  await vi.waitFor(() => expect(ours.said).toContain(routes), soon);
  const put = await fetch(`${routes}/192.0.2.0/25?community=65001:7`, { method: 'PUT' });
  expect([put.status, await put.text()]).toEqual([200, 'announced 192.0.2.0/25\n']);
  await heard(router, announced('192.0.2.0/25', 'origin igp as-path ( 65001 ) community 65001:7'));
  expect(await (await fetch(routes)).json()).toEqual([{ prefix: '192.0.2.0/25', community: ['65001:7'] }]);
  const refused = await fetch(`${routes}/192.0.2.0/99`, { method: 'PUT' });
  expect(refused.status).toBe(422);
  const removed = await fetch(`${routes}/192.0.2.0/25`, { method: 'DELETE' });
  expect(removed.status).toBe(200);
  await heard(router, 'withdrawn 192.0.2.0/25');
});

it('every example is run here', () => {
  // these run under ExaBGP too: test/interop/handler-styles.test.ts
  const beside = ['flowspec', 'perl-reader', 'python-healthcheck'];
  const tested = [
    ...beside,
    'bmp-to-csv',
    'jq-pipeline',
    'node-http-api',
    'python-reader',
    'rtbh',
    'shell-loop',
  ];
  const found = readdirSync('examples', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(found.map(({ name }) => name).sort()).toEqual([...tested, 'router'].sort());
});

function expected(example: string, file: string): string {
  return readFileSync(`examples/${example}/expected/${file}`, 'utf8');
}
