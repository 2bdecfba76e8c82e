import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { peerline, workspace } from '../support/e2e.ts';

const OLD = `group all {
    process p {
        run /bin/cat;
    }
    neighbor 127.0.0.2 {
        router-id 192.0.2.1;
        route-refresh;
    }
}
`;
const TODAY = `process p {
    run /bin/cat;
    encoder text;
}

template {
    neighbor all {
        api {
            processes [ p ];
        }
    }
}

neighbor 127.0.0.2 {
    inherit all;
    router-id 192.0.2.1;
    capability {
        route-refresh enable;
    }
}
`;

function file(text: string): string {
  const path = join(workspace(), 'old.conf');
  writeFileSync(path, text);
  return path;
}

describe('check --migrate', () => {
  it('shows the difference, and leaves the file', async () => {
    const path = file(OLD);
    const { code, stdout, stderr } = await peerline(['check', '--migrate', path]);
    const note = `note: ${path}:2:13: a handler of ExaBGP 3.4 needs 'version 3;' in process 'p'\n`;
    expect([code, stderr]).toEqual([0, note]);
    expect(stdout).toMatch(/^--- .*old\.conf\n\+\+\+ .*\n@@ -1,9 \+1,2\d @@\n/);
    expect(stdout).toContain('\n-    process p {\n');
    expect(stdout).toContain('\n+    encoder text;\n');
    expect(readFileSync(path, 'utf8')).toBe(OLD);
  });

  it('makes it with --write, once', async () => {
    const path = file(OLD);
    expect((await peerline(['check', '--migrate', '--write', path])).code).toBe(0);
    expect(readFileSync(path, 'utf8')).toBe(TODAY);
    const again = await peerline(['check', '--migrate', '--write', path]);
    expect(again).toEqual({ code: 0, stdout: `${path}: in today's form\n`, stderr: '' });
    expect((await peerline(['check', path])).code).toBe(0);
  });

  it('tells what stays wrong', async () => {
    const path = file(OLD.replace('router-id', 'ruter-id'));
    const { code, stdout, stderr } = await peerline(['check', '--migrate', path]);
    expect(code).toBe(1);
    expect(stdout).toContain('+    inherit all;');
    expect(stderr).toContain("did you mean 'router-id'?");
  });

  it('refuses what has no shape, and changes nothing', async () => {
    const path = file(OLD.slice(0, -4));
    const { code, stdout, stderr } = await peerline(['check', '--migrate', '--write', path]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain("old.conf:1:11: found '{', expected a '}' that closes it");
    expect(readFileSync(path, 'utf8')).toBe(OLD.slice(0, -4));
  });
});

describe('migrate api', () => {
  const OLD_LINES = 'announce route 10.0.0.0/24 next-hop self\n# done\nbogus\nshow neighbor summary\n';
  const NEW_LINES = 'peer * announce route 10.0.0.0/24 next-hop self\n# done\nbogus\npeer show summary\n';

  it('writes the commands of standard input as ExaBGP 6 has them', async () => {
    const { code, stdout, stderr } = await peerline(['migrate', 'api', '-f', '4', '-t', 'main'], {
      input: OLD_LINES,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: NEW_LINES });
    expect(stderr).toMatch(/^note: bogus: column 1: found 'bogus'/);
    expect((await peerline(['migrate', 'api', '-t', '5'], { input: OLD_LINES })).stdout).toBe(OLD_LINES);
  });

  it('stands between a handler and the daemon, and ends as the handler does', async () => {
    const handler = 'read line; echo "announce route $line next-hop self"; read line; echo "# $line"; exit 3';
    const { code, stdout } = await peerline(['migrate', 'api', '--exec', '/bin/sh', '-c', handler], {
      input: '10.0.0.0/24\n--verbose\n',
    });
    expect({ code, stdout }).toEqual({
      code: 3,
      stdout: 'peer * announce route 10.0.0.0/24 next-hop self\n# --verbose\n',
    });
    const missing = await peerline(['migrate', 'api', '--exec', '/nowhere']);
    expect(missing).toMatchObject({ code: 1, stdout: '' });
    expect(missing.stderr).toContain('/nowhere');
  });

  it('is put before every program by --wrap-api, once', async () => {
    const path = file(OLD);
    const { stdout, stderr } = await peerline(['migrate', 'conf', '--wrap-api', '-v', path]);
    expect(stdout).toBe(
      TODAY.replace('run /bin/cat;', 'run peerline migrate api -f 4 -t main --exec /bin/cat;'),
    );
    expect(stderr).not.toContain('PATH');
    writeFileSync(path, stdout.replace('/bin/cat', 'cat'));
    expect((await peerline(['migrate', 'conf', '-w', path])).stdout).toBe(stdout.replace('/bin/cat', 'cat'));
  });
});

describe('schema', () => {
  it('is JSON, of all or of a section', async () => {
    const whole = JSON.parse((await peerline(['schema', 'export'])).stdout);
    expect(whole.properties.neighbor.properties.capability.properties.asn4.type).toBe('boolean');
    const { stdout } = await peerline(['schema', 'process', '--compact']);
    expect(JSON.parse(stdout).properties.encoder.enum).toEqual(['text', 'json']);
    expect(stdout.trim()).not.toContain('\n');
    expect(await peerline(['schema', 'nothing'])).toMatchObject({ code: 2, stdout: '' });
  });
});
