import { describe, expect, it } from 'vitest';
import { familyText } from '../../src/bgp/family.ts';
import { routeToText } from '../../src/bgp/route.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';

function load(body: string) {
  const text = `neighbor 10.0.0.1 { router-id 1.1.1.1; family { ipv4 unicast; ipv6 unicast; ipv4 multicast; }\n${body}\n}`;
  return loadConfig({ text, file: 'p.conf', resolveProgram: (path) => ({ path }) });
}

function routes(body: string): string[] {
  const [neighbor] = load(body).config.neighbors;
  return (neighbor?.routes ?? []).map((route) => `${familyText(route.nlri.family)}: ${routeToText(route)}`);
}

describe('static and announce', () => {
  it.each([
    ['static { route 10.0.0.0/24 next-hop 1.2.3.4; }', ['ipv4 unicast: 10.0.0.0/24 next-hop 1.2.3.4']],
    [
      'static { route 10.0.0.0/24 next-hop 1.2.3.4 as-sequence [ 1 2 ] watchdog w withdrawn; }',
      ['ipv4 unicast: 10.0.0.0/24 next-hop 1.2.3.4 as-path [ 1 2 ] watchdog w withdraw'],
    ],
    ['static { route 10.0.0.1 next-hop self med 5; }', ['ipv4 unicast: 10.0.0.1/32 next-hop self med 5']],
    [
      'static { route 10.0.0.0/24 { next-hop 1.2.3.4; med 5; } }',
      ['ipv4 unicast: 10.0.0.0/24 next-hop 1.2.3.4 med 5'],
    ],
    [
      'static { route 10.0.0.0/24\n next-hop 1.2.3.4\n med 5; }',
      ['ipv4 unicast: 10.0.0.0/24 next-hop 1.2.3.4 med 5'],
    ],
    [
      'static { attributes next-hop 1.2.3.4 med 5 nlri 10.0.0.0/24 10.0.1.0/24; }',
      [
        'ipv4 unicast: 10.0.0.0/24 next-hop 1.2.3.4 med 5',
        'ipv4 unicast: 10.0.1.0/24 next-hop 1.2.3.4 med 5',
      ],
    ],
    [
      'static { route 10.0.0.0/24 next-hop 1.2.3.4; } static { route 2001:db8::/32 next-hop 2001:db8::1; }',
      ['ipv4 unicast: 10.0.0.0/24 next-hop 1.2.3.4', 'ipv6 unicast: 2001:db8::/32 next-hop 2001:db8::1'],
    ],
    [
      'announce { ipv4 { unicast 10.0.0.0/24 next-hop 1.2.3.4; multicast 10.1.0.0/24 next-hop 1.2.3.4; } ipv6 { unicast 2001:db8::/32 next-hop ::1; } }',
      [
        'ipv4 unicast: 10.0.0.0/24 next-hop 1.2.3.4',
        'ipv4 multicast: 10.1.0.0/24 next-hop 1.2.3.4',
        'ipv6 unicast: 2001:db8::/32 next-hop ::1',
      ],
    ],
  ])('%s', (body, expected) => {
    expect(routes(body)).toEqual(expected);
  });

  it('reads the l2vpn section, its words in any order', () => {
    const body = `vpls site { next-hop 1.2.3.4; endpoint 5; base 10702; med 5; offset 1; size 8; rd 1.1.1.1:1; }
      vpls rd 1.1.1.1:2 endpoint 5 base 10702 offset 1 size 8 next-hop 1.2.3.4;`;
    const text = `neighbor 10.0.0.1 { router-id 1.1.1.1; l2vpn { ${body} } }`;
    const [first, second] = loadConfig({ text, file: 'p.conf' }).config.neighbors[0]?.routes ?? [];
    expect(first && routeToText(first)).toBe(
      'vpls rd 1.1.1.1:1 endpoint 5 base 10702 offset 1 size 8 next-hop 1.2.3.4 med 5',
    );
    expect(second && routeToText(second)).toContain('rd 1.1.1.1:2');
  });

  it("appends a template's routes after the neighbor's own", () => {
    const text = `template { neighbor t { static { route 10.0.1.0/24 next-hop self; } } }
      neighbor 10.0.0.1 { router-id 1.1.1.1; inherit t; static { route 10.0.0.0/24 next-hop self; } }`;
    const { config } = loadConfig({ text, file: 'p.conf' });
    expect(config.neighbors[0]?.routes.map(routeToText)).toEqual([
      '10.0.0.0/24 next-hop self',
      '10.0.1.0/24 next-hop self',
    ]);
  });

  it.each([
    ['static { route 10.0.0.1/24 next-hop 1.2.3.4; }', '2:16'],
    ['static { route 10.0.0.0/24; }', '2:27'],
    ['static { route 10.0.0.0/24 next-hop 1.2.3.4 foo 1; }', '2:45'],
    ['static { route 10.0.0.0/24 { next-hop 1.2.3.4; origin ibgp; } }', '2:55'],
    ['static { route 10.0.0.0/24 { med { } } }', '2:30'],
    ['static { raute 10.0.0.0/24 next-hop 1.2.3.4; }', '2:10'],
    ['announce { ipv4 { unicast 2001:db8::/129 next-hop ::1; } }', '2:27'],
    ['static { route 2001:db8::/32 next-hop self; }', '2:10'],
  ])('%s is refused at %s', (body, place) => {
    expect(() => load(body)).toThrow(ConfigErrors);
    expect(() => load(body)).toThrow(`p.conf:${place}: `);
  });

  it('announces a prefix of the other address family as what it is, and tells (as ExaBGP up to 5)', () => {
    const body = 'announce { ipv4 { unicast 2001:db8::/32 next-hop ::1; } }';
    expect(routes(body)).toEqual(['ipv6 unicast: 2001:db8::/32 next-hop ::1']);
    expect(load(body).warnings).toEqual([
      'p.conf:2:27: 2001:db8::/32 is announced as ipv6 unicast: it belongs in that section',
    ]);
  });

  it.each([
    ['no family section is', ''],
    ['it says all', 'family { all; }'],
  ])('needs no family for a route where %s, whatever it is of', (_, section) => {
    const route = 'sr-policy distinguisher 1 color 100 endpoint 10.0.0.9 next-hop 192.0.2.1 preference 200';
    const text = `neighbor 10.0.0.1 { router-id 1.1.1.1; ${section} static { ${route}; } }`;
    const [neighbor] = loadConfig({ text, file: 'p.conf' }).config.neighbors;
    expect(neighbor?.families.map((id) => familyText(id))).toContain('ipv4 sr-policy');
  });

  it('refuses a route of a family that is not announced, but for IPv4 unicast', () => {
    const neighbor = (family: string, prefix: string) =>
      `neighbor 10.0.0.1 { router-id 1.1.1.1; family { ${family}; }\nstatic { route ${prefix} next-hop ::1; } }`;
    expect(() => loadConfig({ text: neighbor('ipv4 unicast', '2001:db8::/32'), file: 'p.conf' })).toThrow(
      "p.conf:2:10: a route of ipv6 unicast, which the neighbor's family section does not list (add 'ipv6 unicast;' to it)",
    );
    expect(loadConfig({ text: neighbor('ipv6 unicast', '10.0.0.0/8'), file: 'p.conf' }).warnings).toEqual([
      "p.conf:2:10: a route of ipv4 unicast, which the neighbor's family section does not list: it is not sent",
    ]);
  });
});
