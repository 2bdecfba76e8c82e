import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { asPath, attributes, nextHop, ORIGIN_IGP, peerIndex, rib, TIME } from '../mrt/build.ts';
import { peerline } from '../support/e2e.ts';

const folder = mkdtempSync(join(tmpdir(), 'peerline-mrt-'));
afterAll(() => rmSync(folder, { recursive: true }));

const route = (prefix: string) =>
  rib(2, prefix, { peer: 0, attributes: attributes(ORIGIN_IGP, asPath(65001, 65010), nextHop('192.0.2.1')) });
const TABLE = Buffer.concat([peerIndex(), route('198.51.100.0/24'), route('203.0.113.0/24')]);
const LINES = ['198.51.100.0/24', '203.0.113.0/24']
  .map((prefix) => `TABLE_DUMP2|${TIME}|B|192.0.2.1|65001|${prefix}|65001 65010|IGP|192.0.2.1|0|0||NAG||\n`)
  .join('');

function fileOf(name: string, octets: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, octets);
  return file;
}

describe('peerline mrt', () => {
  it('prints the lines of bgpdump, of packed files too', async () => {
    const files = [fileOf('rib.mrt', TABLE), fileOf('rib.mrt.gz', gzipSync(TABLE))];
    const { stdout, code } = await peerline(['mrt', '--bgpdump', ...files]);
    expect(stdout).toBe(LINES + LINES);
    expect(code).toBe(0);
  });

  it('prints events', async () => {
    const { stdout } = await peerline(['mrt', fileOf('events.mrt', TABLE)]);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toHaveLength(2);
    expect(events[1]).toMatchObject({
      type: 'update',
      time: TIME,
      counter: 2,
      neighbor: {
        address: { peer: '192.0.2.1' },
        asn: { peer: 65001 },
        message: { update: { announce: { 'ipv4 unicast': { '192.0.2.1': [{ nlri: '203.0.113.0/24' }] } } } },
      },
    });
  });

  it.each([
    { what: 'a file that is not there', name: 'missing.mrt', content: undefined, says: /no such file/ },
    {
      what: 'a file that is cut off',
      name: 'cut.mrt',
      content: TABLE.subarray(0, -3),
      says: /octet 112: the last record is cut off/,
    },
    {
      what: 'a packed file that is cut off',
      name: 'cut.gz',
      content: gzipSync(TABLE).subarray(0, 60),
      says: /unexpected end of file/,
    },
    {
      what: 'no MRT at all',
      name: 'text.mrt',
      content: Buffer.from('what is this?\n'.repeat(9)),
      says: /this is no MRT/,
    },
    { what: 'bzip2 that is none', name: 'bad.bz2', content: Buffer.from('BZh9 but no more'), says: /bzip2/ },
  ])('says what is wrong with $what', async ({ name, content, says }) => {
    const file = content === undefined ? join(folder, name) : fileOf(name, content);
    const { stderr, code } = await peerline(['mrt', '--bgpdump', file]);
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(name);
    expect(code).toBe(1);
  });
});
