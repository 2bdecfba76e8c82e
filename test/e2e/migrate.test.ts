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
    expect([code, stderr]).toEqual([0, '']);
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
