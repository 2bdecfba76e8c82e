import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Daemon, eventually, freePort, script, which, workspace } from '../support/e2e.ts';
import { ATTRIBUTES, RawPeer, rawUpdate } from '../support/raw-peer.ts';

/** Reads a line at a time, tries JSON, prints for two types, ignores the rest. */
const HANDLER = `#!/usr/bin/env python3
import json, sys

seen = open(sys.argv[0] + '.seen', 'a', buffering=1)
told = open(sys.argv[0] + '.told', 'a', buffering=1)
while True:
    line = sys.stdin.readline()
    if not line:
        break
    told.write(line)
    try:
        message = json.loads(line)
    except ValueError:
        continue
    if message.get('type') == 'update':
        print('update', message['neighbor']['address']['peer'], flush=True)
        seen.write('update\\n')
    elif message.get('type') == 'open':
        print('open', message['neighbor']['address']['peer'], flush=True)
        seen.write('open\\n')
`;

/** As people write it: but for the path of the handler, and addresses and a port of loopback. */
function conf(run: string, { port, encoder, more = '' }: { port: number; encoder: string; more?: string }) {
  return `group bmp_collector {
    process bmp-watch {
        decoder text;
        encoder ${encoder};
        receive {
            parsed;
            update;
            neighbor-changes;
            ${more}
        }
        run ${run};
    }

    neighbor 127.0.0.2 {
        router-id 192.168.1.1;
        local-address 127.0.0.1;
        local-as 65001;
        peer-as 65002;
        listen ${port};
        connect ${port + 1};
        family {
            ipv4 unicast;
        }
    }
}
`;
}

async function watched(encoder: string, more?: string) {
  const dir = workspace();
  const port = await freePort();
  const run = script(join(dir, 'bmp-handler.py'), HANDLER);
  const daemon = await Daemon.run(dir, conf(run, { port, encoder, ...(more && { more }) }));
  await daemon.logged('process started');
  const peer = await RawPeer.established({ port });
  peer.send(rawUpdate({ attributes: ATTRIBUTES, nlri: '18c63364' }));
  const file = (name: string) => (existsSync(`${run}.${name}`) ? readFileSync(`${run}.${name}`, 'utf8') : '');
  return { daemon, peer, seen: () => file('seen'), told: () => file('told') };
}

const python = which('python3');

describe('the handler that watches updates and opens', () => {
  it.skipIf(python === undefined)('gets text, and does not stumble over it', async () => {
    const { daemon, told, seen } = await watched('text');
    await eventually(() => told().includes('update end'), { why: told });
    expect(told()).toContain('neighbor 127.0.0.2 connected\n');
    expect(told()).toContain('neighbor 127.0.0.2 up\n');
    expect(told()).toContain('neighbor 127.0.0.2 receive update start\n');
    expect(told()).toMatch(
      /neighbor 127\.0\.0\.2 receive update announced 198\.51\.100\.0\/24 next-hop 127\.0\.0\.2 /,
    );
    expect(seen()).toBe('');
    expect(daemon.entries('command refused')).toEqual([]);
  });

  it.skipIf(python === undefined)('gets JSON of both types; what it prints harms nothing', async () => {
    const { daemon, peer, told, seen } = await watched('json', 'open;');
    await eventually(() => /open\n(?:update\n)+/.test(seen()), { why: told });
    await daemon.logged('command refused', { command: 'open 127.0.0.2', process: 'bmp-watch' });
    await daemon.logged('command refused', { command: 'update 127.0.0.2', process: 'bmp-watch' });
    await eventually(() => told().includes('error\n'), { why: told });
    expect(daemon.entries('process started').length).toBe(1);
    expect(daemon.entries('down')).toEqual([]);
    expect(peer.closed).toBe(false);
  });
});
