import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import { body, load, sent } from './sent.ts';

/**
 * What ExaBGP does and its users may have met, by the words of who describes it. A QUIRK is kept, a BUG is not; each
 * test tells what there is in its place, in every version of the language.
 */
const VERSIONS = ['4', '5', '6'];
const HOP = 'next-hop 192.0.2.1';
const INTERNAL = '40010100 400200 400304c0000201 40050400000064';

const outcome = (text: string, version: string, families = '') => {
  try {
    return sent(text, [], { version, families });
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    return err.errors.map(({ message }) => message);
  }
};

function file(text: string) {
  return loadConfig({ text, file: 'p.conf', resolveProgram: (path) => ({ path }) });
}

describe.each(VERSIONS)('version %s', (version) => {
  it.each([
    `static { route 10.0.0.0/255.255.255.0 ${HOP}; }`,
    `static { route 10.0.0.0/255.255.255.0 { ${HOP}; } }`,
    `announce { ipv4 { unicast 10.0.0.0/255.255.255.0 ${HOP}; } }`,
  ])('BUG of 6: a dotted netmask is read as a host route; it is refused: %s', (text) => {
    expect(outcome(text, version)).toEqual([
      expect.stringContaining("'255.255.255.0' is not a prefix length"),
    ]);
  });

  it('BUG of 6: a command with a dotted netmask announces a host route; it is refused', () => {
    const command = `announce route 10.2.0.0/255.255.0.0 ${HOP}`;
    expect(() => sent('', [command], { version })).toThrow("'255.255.0.0' is not a prefix length");
  });

  it('BUG: netmasks are remembered across IPv4 and IPv6, so that an IPv6 /32 makes a host a range; it does not', () => {
    const routes = 'static { route 2001:db8::/32 next-hop 2001:db8::1; }';
    const [neighbor] = load(routes, { version, families: 'ipv6 unicast;' }).config.neighbors;
    expect(neighbor).toMatchObject({ passive: false, peer: { length: 32 } });
  });

  it.each(['static { route 10.0.0.0/24 med 5; }', 'announce { ipv4 { unicast 10.0.0.0/24 med 5; } }'])(
    'BUG of 6: a route without next hop loads, and the session dies of it; it is refused: %s',
    (text) => {
      expect(outcome(text, version)).toEqual([expect.stringContaining('next-hop')]);
    },
  );

  it.each(['attributes', 'attribute', 'route'])(
    'BUG: announce %s without next hop is done, and every session dies of it; it is refused',
    (what) => {
      const nlri = what === 'route' ? '10.0.0.0/24 med 5' : 'med 5 nlri 10.0.0.0/24';
      expect(() => sent('', [`announce ${what} ${nlri}`], { version })).toThrow('next-hop');
    },
  );

  it('BUG of 5: as-path 7 is no list, and crashes; it is a sequence of one', () => {
    expect(outcome(`static { route 10.0.0.0/24 ${HOP} as-path 7; }`, version)).toEqual([
      body('40010100 400206 0201 00000007 400304c0000201 40050400000064', '180a0000'),
    ]);
  });

  it('BUG of 6: an AS number beyond 65535 in an AS path is refused; it is taken', () => {
    expect(outcome(`static { route 10.0.0.0/24 ${HOP} as-path [ 70000 1.10 ]; }`, version)).toEqual([
      body('40010100 40020a 0202 00011170 0001000a 400304c0000201 40050400000064', '180a0000'),
    ]);
  });

  it.each([
    // 5 and 6 give these the type of an IPv4 address
    ['target:70000:3', '0202 00011170 0003'],
    ['origin:70000:4', '0203 00011170 0004'],
    ['target:65000L:11', '0202 0000fde8 000b'],
    ['target4:65000:10', '0202 0000fde8 000a'],
    ['origin4:65000:10', '0203 0000fde8 000a'],
    // 4.2 gives these the type of a two-octet AS number
    ['target:1.2.3.4:5', '0102 01020304 0005'],
    ['origin:1.2.3.4:6', '0103 01020304 0006'],
  ])('BUG: %s has a wrong type octet; it has that of RFC 4360 and RFC 5668', (text, octets) => {
    expect(outcome(`static { route 10.0.0.0/24 ${HOP} extended-community ${text}; }`, version)).toEqual([
      body(`${INTERNAL} c01008 ${octets}`, '180a0000'),
    ]);
  });

  it.each(['static { route', 'announce { ipv4 { multicast'])(
    'BUG: an IPv4 multicast route leaves as a unicast one, and 6 refuses it in announce; it is a multicast one: %s',
    (start) => {
      const close = start.startsWith('static') ? '}' : '} }';
      expect(outcome(`${start} 224.1.0.0/16 ${HOP}; ${close}`, version, 'ipv4 multicast;')).toEqual([
        body(`${INTERNAL} 800e0c 0001 02 04 c0000201 00 10 e001`),
      ]);
    },
  );

  it('BUG of 4.2 and 5: mpls-vpn in announce leaves as a unicast route with other octets; it is a VPN route', () => {
    const reach = '800e20 0001 80 0c 0000000000000000 c0000201 00 70 000641 0000fde800000001 0a0000';
    const route = `mpls-vpn 10.0.0.0/24 rd 65000:1 label 100 ${HOP}`;
    const expected = [body(`${INTERNAL} ${reach}`)];
    expect(outcome(`announce { ipv4 { ${route}; } }`, version)).toEqual(expected);
    expect(sent('', [`announce ipv4 ${route}`], { version })).toEqual(expected);
  });

  it('BUG of 6: a four-octet local-as makes an internal session external, with 23456 in its AS path; it does not', () => {
    const choices = { localAs: 70000, peerAs: 70000 };
    expect(sent(`static { route 10.0.0.0/24 ${HOP}; }`, [], { version, session: choices })).toEqual([
      body(INTERNAL, '180a0000'),
    ]);
    const external = { localAs: 70000, peerAs: 65001 };
    expect(sent(`static { route 10.0.0.0/24 ${HOP}; }`, [], { version, session: external })).toEqual([
      body('40010100 400206 0201 00011170 400304c0000201', '180a0000'),
    ]);
  });

  it('BUG of 6: AS4_PATH is left out; it is there', () => {
    const session = { localAs: 70000, peerAs: 65001, send: { asn4: false } };
    expect(sent(`static { route 10.0.0.0/24 ${HOP}; }`, [], { version, session })).toEqual([
      body('40010100 400204 0201 5ba0 c01106 0201 00011170 400304c0000201', '180a0000'),
    ]);
  });

  it('BUG of 4.2: next-hop self of an IPv6 route on an IPv4 session is 0.0.0.0 or nothing; it is refused', () => {
    const text = 'static { route 2001:db8::/32 next-hop self; }';
    expect(outcome(text, version, 'ipv6 unicast;')).toEqual([
      expect.stringContaining('next-hop self of an IPv6 route needs a session over IPv6'),
    ]);
  });

  it.each([
    ['9600 bytes', '8006 0000 46160000'],
    ['1000 packets', '800c 0000 447a0000'],
  ])('4.2 and 5 take no notice of the unit of rate-limit %s; it counts', (rate, octets) => {
    const rule = `flow { route { match { source 10.0.0.1/32; } then { rate-limit ${rate}; } } }`;
    expect(outcome(rule, version)).toEqual([
      body(`40010100 400200 40050400000064 c01008 ${octets} 800e0c 0001 85 00 00 06 02 20 0a000001`),
    ]);
  });

  it('QUIRK: withdraw without a watchdog is ignored, and the route is announced', () => {
    const [alone, watched] = ['withdraw;', 'watchdog w withdraw;'].map((words) =>
      outcome(`static { route 10.0.0.0/24 ${HOP} ${words} }`, version),
    );
    expect(alone).toEqual([body(INTERNAL, '180a0000')]);
    expect(watched).toEqual([]);
  });

  it('QUIRK: of two values of one attribute the first counts, in MP_REACH_NLRI the last next hop', () => {
    const two = (more: string) =>
      outcome(`static { route 10.0.0.0/24 ${more} ${HOP} med 1 med 2 next-hop 192.0.2.2; }`, version);
    expect(two('')).toEqual([
      body('40010100 400200 400304c0000201 80040400000001 40050400000064', '180a0000'),
    ]);
    expect(two('label 5')).toEqual([
      expect.stringContaining('800e10000104 04c0000202 00'.replaceAll(' ', '')),
    ]);
  });
});

describe('families of a neighbor that names none', () => {
  it.each([
    ['4', 17],
    ['5', 21],
    ['6', 23],
  ])('are all that version %s knows: %i', (version, count) => {
    const environment = readEnvironment({ peerline_api_version: version });
    for (const family of ['', 'family { }', 'family { all; }']) {
      const text = `neighbor 10.0.0.1 { router-id 1.2.3.4; ${family} }`;
      const [neighbor] = loadConfig({ text, file: 'p.conf', environment }).config.neighbors;
      expect(neighbor?.families).toHaveLength(count);
    }
  });

  it('are those of its routes too', () => {
    const environment = readEnvironment({ peerline_api_version: '4' });
    const text = `neighbor 10.0.0.1 { router-id 1.2.3.4;
      announce { ipv4 { mup mup-dsd 10.0.0.1 rd 100:100 next-hop 10.0.0.2; } } }`;
    const [neighbor] = loadConfig({ text, file: 'p.conf', environment }).config.neighbors;
    expect(neighbor?.families).toHaveLength(18);
  });
});

const NEIGHBOR = 'router-id 1.2.3.4; local-as 1; peer-as 2;';

describe('processes and templates', () => {
  it('BUG of 5 and 6: an api section of an unknown process is accepted; it is refused', () => {
    expect(() => file(`neighbor 10.0.0.1 { ${NEIGHBOR} api { processes [ nope ]; } }`)).toThrow(
      "found 'nope', expected the name of a process",
    );
  });

  it('BUG of 5 and 6: processes of processes-match are told nothing; they are told what the section says', () => {
    const { config } = file(
      `process watch-1 { run /bin/cat; encoder json; }
       neighbor 10.0.0.1 { ${NEIGHBOR} api { processes-match [ "watch-.*" ]; receive { parsed; update; } } }`,
    );
    expect(config.neighbors[0]?.api).toMatchObject([
      { processes: ['watch-1'], receive: { parsed: true, kinds: new Set(['update']) } },
    ]);
  });

  it('QUIRK: brackets and commas are arguments of their own in run', () => {
    const { config } = file('process p { run /bin/echo [a,b] "c [d]" e; encoder json; }');
    expect(config.processes[0]?.run).toEqual(['/bin/echo', '[', 'a', ',', 'b', ']', 'c [d]', 'e']);
  });

  it.each(['update;', 'parsed;', 'parsed; packets;'])(
    'QUIRK: receive { %s } tells nothing: a message and a form are needed; that is told',
    (flags) => {
      const { warnings } = file(
        `process p { run /bin/cat; encoder json; }
         neighbor 10.0.0.1 { ${NEIGHBOR} api { processes [ p ]; receive { ${flags} } } }`,
      );
      expect(warnings).toHaveLength(1);
    },
  );

  it('QUIRK: a value of a template counts against that of the neighbor', () => {
    const { config } = file(
      `template { neighbor t { hold-time 30; } } neighbor 10.0.0.1 { inherit t; hold-time 90; ${NEIGHBOR} }`,
    );
    expect(config.neighbors[0]?.holdTimeSeconds).toBe(30);
  });

  it.each([
    ['adj-rib-in', 'adjRibIn', false],
    ['adj-rib-out', 'adjRibOut', false],
    ['manual-eor', 'manualEor', false],
    ['passive', 'passive', true],
    ['group-updates', 'groupUpdates', true],
    ['auto-flush', 'autoFlush', true],
  ])('QUIRK: bare %s means %s %s', (word, key, value) => {
    const { config } = file(`neighbor 10.0.0.1 { ${NEIGHBOR} ${word}; }`);
    expect(config.neighbors[0]).toMatchObject({ [key]: value });
  });
});
