import { describe, expect, it } from 'vitest';
import { familyText } from '../../src/bgp/family.ts';
import { routeToText } from '../../src/bgp/route.ts';
import { loadConfig } from '../../src/config/load.ts';

/** ExaBGP 3.4. */
function load(text: string) {
  return loadConfig({ text, file: 'old.conf', resolveProgram: (path) => ({ path }) });
}

const HEAD = 'router-id 1.2.3.4;\nlocal-address 10.0.0.2;\nlocal-as 1;\npeer-as 1;\n';
function neighborOf(content: string) {
  const { config, warnings } = load(`neighbor 10.0.0.1 {\n${HEAD}${content}\n}\n`);
  const [neighbor] = config.neighbors;
  if (neighbor === undefined) throw new Error('no neighbor');
  return { neighbor, config, warnings };
}

describe('the words of a neighbor', () => {
  it.each([
    ['description "a b";', { description: 'a b' }],
    ['passive;', { passive: true }],
    ['listen 1790;', { listen: 1790 }],
    ['connect 1791;', { connect: 1791 }],
    ['hold-time 30;', { holdTimeSeconds: 30 }],
    ['HOLD-TIME 30;', { holdTimeSeconds: 30 }],
    ['group-updates;', { groupUpdates: true }],
    ['auto-flush false;', { autoFlush: false }],
    ['adj-rib-out true;', { adjRibOut: true }],
    ['manual-eor true;', { manualEor: true }],
    ['add-path send/receive;', { capability: { addPath: 'send/receive' } }],
    ['graceful-restart 60;', { capability: { gracefulRestart: 60 } }],
    ['graceful-restart;', { capability: { gracefulRestart: 0 } }],
    ['asn4 disable;', { capability: { asn4: false } }],
    ['aigp enable;', { capability: { aigp: true } }],
    ['multi-session;', { capability: { multiSession: true } }],
    ['route-refresh;', { capability: { routeRefresh: true } }],
    ['asn4 unset;', { capability: { asn4: true } }],
    ['group-updates unset;', { groupUpdates: true }],
    ['ttl-security 5;', { protection: { ttl: 5, minimumTtl: 5 } }],
    ['ttl-security;', { protection: { ttl: 255, minimumTtl: 255 } }],
    ['capability {\nasn4;\nroute-refresh;\n}', { capability: { asn4: true, routeRefresh: true } }],
  ])('%s', (content, expected) => {
    expect(neighborOf(content).neighbor).toMatchObject(expected);
  });

  it.each([
    ['md5 secret;', 'secret'],
    // the whole line is the password, in its own letters
    ['md5 Secret Phrase;', 'Secret Phrase'],
  ])('%s', (content, password) => {
    const { md5 } = neighborOf(content).neighbor.protection;
    expect(Buffer.from(md5?.reveal() ?? []).toString()).toBe(password);
  });

  it.each([
    ['inet4 unicast;', 'ipv4 unicast'],
    ['inet unicast;', 'ipv4 unicast'],
    ['inet6 unicast;', 'ipv6 unicast'],
    ['l2vpn vpls;', 'l2vpn vpls'],
    ['minimal;', ''],
  ])('family %s', (words, families) => {
    const { neighbor } = neighborOf(`family {\n${words}\n}`);
    expect(neighbor.families.map((id) => familyText(id)).join()).toBe(families);
  });

  it('family all is all', () => {
    expect(neighborOf('family {\nall;\n}').neighbor.families.length).toBeGreaterThan(10);
  });
});

describe('routes', () => {
  it.each([
    ['as-path [ 1 2 ( 3 4 ) ]', 'as-path [ 1 2 ] ( 3 4 )'],
    ['as-path [1 2(3 4)]', 'as-path [ 1 2 ] ( 3 4 )'],
    ['as-sequence [ 1 2 ]', 'as-path [ 1 2 ]'],
    ['aggregator (65000:1.2.3.4)', 'aggregator ( 65000:1.2.3.4 )'],
    ['watchdog dog withdrawn', 'watchdog dog withdraw'],
  ])('%s', (words, expected) => {
    const { neighbor } = neighborOf(`static {\nroute 10.0.0.0/24 next-hop 192.0.2.1 ${words};\n}`);
    expect(neighbor.routes.map(routeToText)).toEqual([`10.0.0.0/24 next-hop 192.0.2.1 ${expected}`]);
  });

  it.each([
    'route 10.0.0.0/24 next-hop 192.0.2.1 aggregator;',
    'route 10.0.0.0/24 aggregator next-hop 192.0.2.1;',
    'route 10.0.0.0/24 {\nnext-hop 192.0.2.1;\naggregator;\n}',
  ])('aggregator without a value is local-as and local-address: %j', (route) => {
    const { neighbor, warnings } = neighborOf(`static {\n${route}\n}`);
    expect(neighbor.routes.map(routeToText)).toEqual([
      `10.0.0.0/24 next-hop 192.0.2.1 aggregator ( 1:10.0.0.2 )`,
    ]);
    expect(warnings).toEqual([expect.stringContaining("'aggregator' without a value is of ExaBGP 3")]);
  });

  it('aggregator without a value needs a local end', () => {
    const text = 'local-as auto;\nstatic {\nroute 10.0.0.0/24 next-hop 192.0.2.1 aggregator;\n}';
    expect(() => neighborOf(text)).toThrow('needs a local-as and an IPv4 local-address');
  });

  it.each(['{( 1 )}', '[{ 1 }]', '{ 1 }', '{[ 1 2 ]}'])(
    'as-path %s, whose brace ends the statement: one error, and how it is written',
    (path) => {
      const text = `static {\nroute 10.0.0.0/24 next-hop 192.0.2.1 as-path ${path};\nroute 10.0.1.0/24 next-hop 192.0.2.1 med x;\n}`;
      expect(() => neighborOf(text)).toThrow(
        expect.objectContaining({
          errors: [
            expect.objectContaining({ expected: expect.stringContaining('as-path confed [ 1 2 ]') }),
            expect.objectContaining({ found: 'x' }),
          ],
        }),
      );
    },
  );

  it('a flow has match, then what to do', () => {
    const flow =
      'flow {\nroute optional-name {\nmatch {\nsource 10.0.0.1/32;\nprotocol tcp;\n}\nthen {\ndiscard;\n}\n}\n}';
    expect(neighborOf(flow).neighbor.routes.map(routeToText)).toEqual([
      'flow source-ipv4 10.0.0.1/32 protocol =tcp extended-community rate-limit:0',
    ]);
  });
});

describe('group', () => {
  const group = (content: string) => load(`group g {\n${content}\n}\n`);

  it('gives its words to its neighbors, whose own count', () => {
    const { config } = group(
      `${HEAD}hold-time 30;\nneighbor 10.0.0.1 {\nhold-time 60;\n}\nneighbor 10.0.0.3 {\n}`,
    );
    expect(config.neighbors.map(({ holdTimeSeconds }) => holdTimeSeconds)).toEqual([60, 30]);
  });

  it('gives its routes behind theirs', () => {
    const own = 'static {\nroute 10.1.0.0/24 next-hop self;\n}';
    const common = 'static {\nroute 10.2.0.0/24 next-hop self;\n}';
    const { config } = group(`${HEAD}${common}\nneighbor 10.0.0.1 {\n${own}\n}`);
    expect(config.neighbors[0]?.routes.map(routeToText)).toEqual([
      '10.1.0.0/24 next-hop self',
      '10.2.0.0/24 next-hop self',
    ]);
  });

  it('says today’s form', () => {
    const { warnings } = group(`neighbor 10.0.0.1 {\n${HEAD}}`);
    expect(warnings[0]).toContain("'group' is of ExaBGP 3");
  });
});

describe('processes', () => {
  const process = (content: string, name = 'watch') => `process ${name} {\nrun /bin/cat;\n${content}\n}`;
  const api = (content: string) => neighborOf(process(content)).neighbor.api;

  it.each([
    ['receive {\nparsed;\nupdate;\n}', { receive: { parsed: true, kinds: new Set(['update']) } }],
    ['receive {\npackets;\nupdates;\n}', { receive: { packets: true, kinds: new Set(['update']) } }],
    ['receive {\nneighbor-changes;\n}', { neighborChanges: true }],
    ['send {\npackets;\nopen;\n}', { send: { packets: true, kinds: new Set(['open']) } }],
    ['neighbor-changes;', { neighborChanges: true }],
    ['peer-updates;', { neighborChanges: true }],
    ['receive-routes;', { receive: { parsed: true, kinds: new Set(['update']) } }],
    ['parse-routes;', { receive: { parsed: true, kinds: new Set(['update']) } }],
    ['receive-packets;', { receive: { packets: true } }],
    ['send-packets;', { send: { packets: true } }],
    ['receive-parsed;', { receive: { parsed: true } }],
  ])('%s', (content, expected) => {
    expect(api(content)).toMatchObject([{ processes: ['watch'], ...expected }]);
  });

  it('speak text unless told otherwise, and command every neighbor', () => {
    const { config } = neighborOf(process(''));
    expect(config.processes).toMatchObject([{ name: 'watch', encoder: 'text', commandsAll: true }]);
  });

  it('are told in which version their events are, unless they say it', () => {
    const { config, warnings } = neighborOf(process('version 3;'));
    expect(config.processes).toMatchObject([{ version: 3 }]);
    expect(warnings.filter((each) => each.includes('events of version'))).toEqual([]);
    const told = neighborOf(process('')).warnings.filter((each) => each.includes('events of version 5'));
    expect(told).toEqual([expect.stringContaining("say 'version 3;'")]);
  });

  it('in a group are told of each neighbor in it', () => {
    const { config } = load(
      `group g {\n${HEAD}${process('neighbor-changes;')}\nneighbor 10.0.0.1 {\n}\nneighbor 10.0.0.3 {\n}\n}`,
    );
    expect(config.neighbors.map(({ api: sections }) => sections.length)).toEqual([1, 1]);
  });
});
