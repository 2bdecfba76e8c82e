import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { neighborConf, processConf } from '../support/conf.ts';
import { freePort, peerline, script, workspace } from '../support/e2e.ts';

const BAD = `process watch {
    run /bin/cat;
    encoder jsn;
}

neighbor 127.0.0.2 {
    router-id 192.0.2.1;
    local-address 127.0.0.1;
    local-as 65001;
    peer-as 65002;
    hold-time 2;
    famly {
        ipv4 unicast;
    }
    static {
        route 10.0.0.0/33 next-hop self;
        route 10.0.0.0/8 next-hop self comunity [ 65001:1 ];
    }
}

neighbor 127.0.0.300 {
}
`;

function file(text: string, dir = workspace()): string {
  const path = join(dir, 'bad.conf');
  writeFileSync(path, text);
  return path;
}

describe('a bad configuration', () => {
  it.each(['run', 'check', 'validate', 'server'])(
    '%s lists every error with place, caret and suggestion',
    async (verb) => {
      const path = file(BAD);
      const { code, stderr, stdout } = await peerline([verb, path]);
      expect(code).toBe(1);
      expect(stdout).toBe('');
      const places = stderr
        .split('\n')
        .filter((line) => line.startsWith(path))
        .map((line) =>
          line
            .slice(path.length + 1)
            .split(':')
            .slice(0, 2)
            .join(':'),
        );
      expect(places).toEqual(['3:13', '11:15', '12:5', '16:15', '17:40', '21:10']);
      expect(stderr).toContain("    encoder jsn;\n            ^^^\ndid you mean 'json'?");
      expect(stderr).toContain("did you mean 'family'?");
      expect(stderr).toContain("did you mean 'community'?");
      expect(stderr).not.toMatch(/\n\s+at /);
    },
  );

  it('starts nothing', async () => {
    const dir = workspace();
    const run = script(join(dir, 'touch.sh'), `#!/bin/sh\ntouch '${dir}/started'\nexec cat\n`);
    const port = await freePort();
    const good = processConf(run) + neighborConf({ port });
    const { code } = await peerline(['run', file(`${good}\nnonsense;\n`, dir)]);
    expect(code).toBe(1);
    expect(existsSync(join(dir, 'started'))).toBe(false);
  });

  it.each([
    ['a port for BGP', (port: number) => neighborConf({ port })],
    ['a port for BMP', (port: number) => `bmp { listen 127.0.0.1:${port}; }`],
    [
      'the second port for BMP',
      (port: number, other: number) => `bmp { listen 127.0.0.1:${other} 127.0.0.1:${port}; }`,
    ],
    [
      'the second station',
      (port: number, other: number) => `bmp { listen 127.0.0.1:${other}; } bmp { listen 127.0.0.1:${port}; }`,
    ],
  ])('%s that is taken ends it at once, and starts nothing', async (_, conf) => {
    const dir = workspace();
    const taken = await freePort();
    const server = createServer();
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(taken, '127.0.0.1', resolve));
    const run = script(join(dir, 'touch.sh'), `#!/bin/sh\ntouch '${dir}/started'\nexec cat\n`);
    const { code, stderr } = await peerline([
      'run',
      file(processConf(run) + conf(taken, await freePort()), dir),
    ]);
    expect(stderr).toContain(`cannot listen on 127.0.0.1:${taken}: EADDRINUSE`);
    expect(code).toBe(1);
    expect(existsSync(join(dir, 'started'))).toBe(false);
  });

  it('several files: the errors of all', async () => {
    const [one, two] = [file('nonsense;\n'), file('neighbor { }\n')];
    const { code, stderr } = await peerline(['check', one, two, '/no/such/file']);
    expect(code).toBe(1);
    expect(stderr).toContain(`${one}:1:1`);
    expect(stderr).toContain(`${two}:1:`);
    expect(stderr).toContain('/no/such/file: no such file');
  });

  it.each([
    ['an empty file', '', 1],
    ['comments alone', '# nothing\n', 1],
    ['a brace too many', '}\n', 1],
    ['a brace too few', 'neighbor 127.0.0.2 {\n', 1],
    ['a statement without end', 'neighbor 127.0.0.2 { router-id 1.1.1.1 }', 1],
    ['octets that are no text', '\u0000\u0001\ufffd;', 1],
    ['Windows line ends', 'process a {\r\n  run /bin/cat;\r\n  encoder json;\r\n}\r\n', 0],
  ])('%s', async (_, text, expected) => {
    const { code, stderr } = await peerline(['check', file(text)]);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({
      code: expected,
      stderr: expected === 0 ? '' : expect.stringMatching(/bad\.conf:\d+:\d+: /),
    });
  });

  it('comes from standard input too', async () => {
    expect((await peerline(['check', '-'], { input: BAD })).stderr).toContain('<stdin>:3:13');
    expect(await peerline(['check', '-'], { input: processConf('/bin/cat') })).toMatchObject({
      code: 0,
      stdout: 'good: 0 neighbors, 1 processes, 0 bmp sections\n',
    });
  });
});
