import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { routeToText } from '../../src/bgp/route.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import { migrate } from '../../src/config/migrate/migrate.ts';
import type { ApiConfig, Config, NeighborConfig } from '../../src/config/model.ts';

const FILE = 'old.conf';

function load(text: string): Config {
  return loadConfig({ text, file: FILE, resolveProgram: (path) => ({ path }) }).config;
}

const rewritten = (text: string): string => migrate(text, FILE).text;

/** What a configuration means: who may command a neighbor, and who is told what of it, however that was said. */
function meaning(config: Config) {
  return {
    processes: config.processes
      .map(({ name, run, encoder, respawn }) => ({ name, run, encoder, respawn }))
      .sort((a, b) => a.name.localeCompare(b.name)),
    neighbors: config.neighbors.map((neighbor) => ({
      ...neighbor,
      routes: neighbor.routes.map(routeToText),
      api: told(neighbor),
      commanders: commanders(neighbor, config),
    })),
  };
}

function told({ api }: NeighborConfig): string[] {
  const plain = (selection: ApiConfig['receive']) => ({ ...selection, kinds: [...selection.kinds].sort() });
  const texts = api.flatMap(({ processes, receive, send, ...flags }) =>
    processes.map((process) =>
      JSON.stringify({ process, ...flags, receive: plain(receive), send: plain(send) }),
    ),
  );
  return [...new Set(texts)].filter((text) => /true|"kinds":\[[^\]]/.test(text)).sort();
}

function commanders({ api }: NeighborConfig, { processes }: Config): string[] {
  const all = processes.filter((process) => process.commandsAll).map(({ name }) => name);
  return [...new Set([...api.flatMap((each) => each.processes), ...all])].sort();
}

function expectSame(text: string): void {
  const today = rewritten(text);
  expect(meaning(load(today)), today).toEqual(meaning(load(text)));
  expect(rewritten(today)).toBe(today);
}

const N = 'router-id 1.1.1.1;';

describe('migrate', () => {
  it.each([
    ['a file of today', `neighbor 10.0.0.1 {\n    ${N}\n    capability {\n        asn4 disable;\n    }\n}\n`],
    [
      'names that are not keywords, whatever they are',
      `neighbor 10.0.0.1 {\n    ${N}\n    flow {\n        route constructor {\n            match { destination 10.0.0.0/8; }\n            then { discard; }\n        }\n    }\n}\n`,
    ],
    ['a file of today with comments', `# one\nneighbor 10.0.0.1 { # two\n    ${N} # three\n}\n# four\n`],
  ])('leaves %s alone', (_, text) => {
    expect(migrate(text, FILE)).toEqual({ text, changes: [], notes: [] });
  });

  it.each([
    [
      'old capabilities',
      'route-refresh;\n    graceful-restart 60;',
      'capability {\n        route-refresh enable;\n        graceful-restart 60;\n    }',
    ],
    [
      'old capabilities beside a section',
      'asn4 disable;\n    capability {\n        aigp;\n    }',
      'capability {\n        asn4 disable;\n        aigp;\n    }',
    ],
    [
      'route refresh',
      'capability {\n        route refresh;\n    }',
      'capability {\n        route-refresh;\n    }',
    ],
    ['families', 'family {\n        inet unicast;\n    }', 'family {\n        ipv4 unicast;\n    }'],
    [
      'sets of an as-path',
      'static {\n        route 10.0.0.0/24 next-hop self as-path [ 1, 2 ( 3 4 ) [ 5 ] 6 ] med 1;\n    }',
      'static {\n        route 10.0.0.0/24 next-hop self as-path [ 1 2 ] ( 3 4 ) ( 5 ) [ 6 ] med 1;\n    }',
    ],
    [
      'fragments',
      'flow {\n        route a {\n            match {\n                fragment not-a-fragment;\n            }\n        }\n    }',
      'flow {\n        route a {\n            match {\n                fragment !is-fragment;\n            }\n        }\n    }',
    ],
    [
      'words of routes',
      'static {\n        route 10.0.0.0/24 next-hop self as-sequence [ 1 2 ] watchdog w withdrawn;\n    }',
      'static {\n        route 10.0.0.0/24 next-hop self as-path [ 1 2 ] watchdog w withdraw;\n    }',
    ],
    ['md5', 'md5 "a b";', 'md5-password "a b";'],
    ['ttl-security', 'ttl-security;', 'outgoing-ttl 255;\n    incoming-ttl 255;'],
    [
      'a plural',
      'api {\n        receive {\n            updates;\n        }\n    }',
      'api {\n        receive {\n            update;\n        }\n    }',
    ],
  ])('rewrites %s', (_, old, today) => {
    const around = (body: string) => `neighbor 10.0.0.1 {\n    ${N}\n    ${body}\n}\n`;
    const { text, changes } = migrate(around(old), FILE);
    expect(text).toBe(around(today));
    expect(changes.length).toBeGreaterThan(0);
    expect(rewritten(text)).toBe(text);
  });

  it('keeps the comments, and makes a template of a group', () => {
    const text = `# top
group routers {
    # of all
    hold-time 60; # a minute
    # of one
    neighbor 10.0.0.1 {
        ${N}
    }
    # the end
}
`;
    expect(rewritten(text)).toBe(`# top
template {
    neighbor routers {
        # of all
        hold-time 60; # a minute
    }
}

# of one
neighbor 10.0.0.1 {
    inherit routers;
    ${N}
}

# the end
`);
    expectSame(text);
  });

  it("keeps the neighbor's value against its group's, where a template's would count", () => {
    const text = `group g { hold-time 60; graceful-restart 5; passive;
      neighbor 10.0.0.1 { ${N} hold-time 90; capability { graceful-restart 7; } } neighbor 10.0.0.2 { ${N} } }`;
    expect(load(rewritten(text)).neighbors).toMatchObject([
      { holdTimeSeconds: 90, passive: true, capability: { gracefulRestart: 7 } },
      { holdTimeSeconds: 60, passive: true, capability: { gracefulRestart: 5 } },
    ]);
    expectSame(text);
  });

  it.each([
    [
      'in a group',
      `group g { process p { run /bin/cat; receive { parsed; updates; } } neighbor 10.0.0.1 { ${N} } }`,
    ],
    ['in a neighbor', `neighbor 10.0.0.1 { ${N} process p { run /bin/cat; peer-updates; decoder text; } }`],
    ['at the top', `process p { run /bin/cat; receive-packets; neighbor-changes; encoder json; }`],
    [
      'in two neighbors',
      `neighbor 10.0.0.1 { ${N} process p { run /bin/cat; } } neighbor 10.0.0.2 { ${N} process p { run /bin/cat; } }`,
    ],
  ])('a process %s stands at the top, and every neighbor names it', (_, text) => {
    const all = `${text}\nneighbor 10.0.0.8 { ${N} }\nneighbor 10.0.0.9 { ${N} api { processes [ p ]; fsm; } }`;
    expectSame(all);
    const config = load(rewritten(all));
    expect(config.processes).toMatchObject([{ name: 'p', commandsAll: false }]);
    expect(config.neighbors.map((neighbor) => commanders(neighbor, config))).toEqual(
      config.neighbors.map(() => ['p']),
    );
  });

  it('tells of what a person must look at', () => {
    const text = `neighbor 10.0.0.1 {
  static { route 10.0.0.0/24 next-hop self label 3 bgp-prefix-sid-srv6 ( vpn 2001:db8:: ); }
  family { minimal; }
}`;
    expect(migrate(text, FILE).notes).toEqual([
      "old.conf:2:74: 'vpn' is of a draft and is sent as ExaBGP 4.2 did; later versions refuse it",
      "old.conf:3:12: 'minimal' is of 3.x: list the families that the routes are of",
    ]);
  });

  it.each([
    ['', ["old.conf:1:9: a handler of ExaBGP 3.4 needs 'version 3;' in process 'p'"]],
    ['version 3; ', []],
  ])('notes of a 3.x process that its handler may be as old: %j', (version, notes) => {
    const text = `process p { run /bin/cat; ${version}receive { parsed; update; } }\n`;
    expect(migrate(text, FILE).notes).toEqual(notes);
  });

  it('refuses what is not closed', () => {
    expect(() => migrate('neighbor 10.0.0.1 {', FILE)).toThrow(ConfigErrors);
    expect(() => migrate('neighbor 10.0.0.1 { router-id "1; }', FILE)).toThrow(ConfigErrors);
  });
});

describe('a migrated file', () => {
  const scalar = fc.oneof(
    fc.integer({ min: 3, max: 99 }).map((n) => `hold-time ${n};`),
    fc.constantFrom(
      'passive;',
      'manual-eor true;',
      'group-updates disable;',
      'connect 1790;',
      'description "a;{b";',
    ),
    fc.constantFrom('route-refresh;', 'asn4 disable;', 'graceful-restart;', 'aigp;', 'add-path send;'),
    fc.constantFrom('capability { asn4 enable; }', 'capability {\n graceful-restart 9;\n}', '# a comment'),
    fc.constantFrom('family { inet unicast; }', 'family {\n ipv6 unicast;\n ipv4 nlri-mpls;\n}'),
    fc.constantFrom('inherit t;', 'inherit [ t u ];'),
    fc
      .integer({ min: 0, max: 9 })
      .map((n) => `static {\n route 10.${n}.0.0/16 next-hop self as-path [ 1 ( 2 3 ) ];\n}`),
    fc.constantFrom(
      'process p { run /bin/cat; encoder json; receive { parsed; updates; } }',
      'process q {\n decoder text; # old\n run /bin/cat -u; # as it was\n neighbor-changes;\n}',
    ),
  );
  const uniqueProcesses = (body: readonly string[]) =>
    body.filter((each, i) => !each.startsWith('process') || body.indexOf(each) === i);
  const body = (max: number) =>
    fc.array(scalar, { maxLength: max }).map((all) => uniqueProcesses(all).join('\n'));
  const neighbor = (address: number, inner: string) =>
    `neighbor 10.0.0.${address} {\n router-id 1.1.1.1; family { ipv4 unicast; }\n${inner}\n}\n`;
  const part = fc.record({
    group: fc.boolean(),
    shared: body(4),
    neighbors: fc.array(body(5), { maxLength: 3 }),
  });
  const file = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => {
    let address = 1;
    const blocks = parts.map(({ group, shared, neighbors }, i) => {
      const inner = neighbors.map((each) => neighbor(address++, each)).join('');
      return group ? `group g${i} {\n${shared}\n${inner}\n}\n` : inner;
    });
    return `template { neighbor t { passive false; static { route 10.99.0.0/16 next-hop self; } }\n neighbor u { hold-time 3; } }
process top { run /bin/true; receive-packets; }\n${blocks.join('')}neighbor 10.1.1.1 { router-id 1.1.1.1; }\n`;
  });

  it('means what the original does', () => {
    fc.assert(
      fc.property(file, (text) => {
        // a family listed twice, or a route of none, is refused before and after
        try {
          load(text);
        } catch (err) {
          if (!(err instanceof ConfigErrors)) throw err;
          fc.pre(false);
        }
        expectSame(text);
      }),
      { numRuns: 100 },
    );
  });
});
