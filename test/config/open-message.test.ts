import { describe, expect, it } from 'vitest';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadNeighbor, neighborOf, type OpenedOptions, opened, parameters } from './opened.ts';

const VERSIONS = ['4', '5', '6'] as const;
const IPV4 = 'family { ipv4 unicast; }';
const BOTH = 'family { ipv4 unicast; ipv6 unicast; }';

const hex = (text: string) => text.replaceAll(' ', '');
/** The parameters but for those of every OPEN: families, AS number, extended messages. */
const others = (body: string, options: OpenedOptions = {}) =>
  parameters(opened(`${IPV4} ${body}`, options)).filter((each) => !/^(020601|020641|020206)/.test(each));

describe('fixed fields of the OPEN', () => {
  it.each([
    ['version 4, AS, hold time, identifier', '', { localAs: 65000 }, '04 fde8 00b4 01020304'],
    ['an AS above 65535 is AS_TRANS', '', { localAs: 70000 }, '04 5ba0 00b4 01020304'],
    ['hold-time', 'hold-time 30;', {}, '04 fde8 001e 01020304'],
    ['hold-time 0', 'hold-time 0;', {}, '04 fde8 0000 01020304'],
    ['router-id', 'router-id 9.8.7.6;', {}, '04 fde8 00b4 09080706'],
  ] as const)('%s', (_, body, options, expected) => {
    expect(opened(`${IPV4} ${body}`, options).slice(0, 18)).toBe(hex(expected));
  });

  it('four-octet AS numbers stand in capability 65', () => {
    expect(opened(IPV4, { localAs: 70000 })).toContain('0206410400011170');
  });

  it.each([
    ['4', 148],
    ['5', 180],
    ['6', 196],
  ])('the parameters of the default OPEN of version %s have %i octets', (version, length) => {
    const body = opened('', { version });
    expect(Number.parseInt(body.slice(18, 20), 16)).toBe(length);
    expect(body.length / 2).toBe(10 + length);
  });

  it('each capability has a parameter of its own', () => {
    for (const each of parameters(opened('capability { route-refresh; operational; }')))
      expect(each).toMatch(/^02/);
  });

  it('parameters of 255 octets and more are in the form of RFC 9072', () => {
    const names = `host-name ${'a'.repeat(60)}; domain-name ${'b'.repeat(60)};`;
    const body = opened(names, { version: '6' });
    expect(body.slice(18, 22)).toBe('ffff');
    expect(Number.parseInt(body.slice(22, 26), 16)).toBe(body.length / 2 - 13);
    // each parameter has a length of two octets there
    expect(body.slice(26, 38)).toBe('02000601040001'.slice(0, 12));
  });
});

describe('order of the capabilities', () => {
  const FULL = `${BOTH} capability { asn4; add-path send/receive; graceful-restart 120; operational; route-refresh;
    nexthop; } nexthop { ipv4 unicast ipv6; }`;
  const START = `04 fde8 00b4 01020304 4c 0206 0104 00010001 0206 0104 00020001 0206 4104 0000fde8
    0208 0506 0001 0001 0002 020a 4508 0001 01 03 0002 01 03 020c 400a 8078 0001 01 80 0002 01 80
    0202 0200 0202 4600 0202 b900`;

  it.each(VERSIONS)('of everything that version %s has', (version) => {
    expect(opened(FULL, { version })).toBe(`${START.replace(/\s/g, '')}02020600`);
  });

  it('host name, software version and multisession come last', () => {
    const more = `host-name r1; domain-name ex.com;
      capability { software-version enable; multi-session enable; extended-message disable; }`;
    const [, end] = opened(`${FULL} ${more}`).split('0202b900');
    expect(end).toBe(
      hex(
        '020c 490a 02 7231 06 65782e636f6d 0210 4b0e 0d 506565726c696e652f312e322e33'.replace(
          '0210 4b0e 0d',
          '0211 4b0f 0e',
        ),
      ) + hex('0203 4401 00 0203 4401 01'),
    );
  });

  it('PATHS-LIMIT stands behind ADD-PATH', () => {
    const body = `${IPV4} capability { add-path receive; } add-path { ipv4 unicast limit 10; }`;
    expect(opened(body)).toBe(
      hex(
        '04 fde8 00b4 01020304 25 0206 0104 00010001 0206 4104 0000fde8 0206 4504 0001 01 01 0207 4c05 0001 01 000a 0202 0600',
      ),
    );
  });

  it('link-local next hops stand behind extended messages', () => {
    expect(
      opened('family { ipv6 unicast; } capability { link-local-nexthop enable; }', { version: '6' }),
    ).toBe(hex('04 fde8 00b4 01020304 18 0206 0104 0002 0001 0206 4104 0000fde8 0202 0600 0202 4d00'));
  });
});

describe('capability { … }', () => {
  it.each([
    ['asn4 is on', '', '020641040000fde8', true],
    ['asn4 disable', 'asn4 disable;', '0206410', false],
    ['extended-message is on', '', '02020600', true],
    ['extended-message disable', 'extended-message disable;', '02020600', false],
  ])('%s', (_, body, parameter, present) => {
    expect(opened(`${IPV4} capability { ${body} }`).includes(parameter)).toBe(present);
  });

  it.each([
    ['nothing more by default', '', []],
    ['asn4', 'asn4;', []],
    ['route-refresh', 'route-refresh;', ['0202 0200', '0202 4600']],
    ['route-refresh enable', 'route-refresh enable;', ['0202 0200', '0202 4600']],
    ['route-refresh disable', 'route-refresh disable;', []],
    ['graceful-restart: the hold time', 'graceful-restart;', ['0208 4006 80b4 0001 01 80']],
    ['graceful-restart 0: the hold time', 'graceful-restart 0;', ['0208 4006 80b4 0001 01 80']],
    ['graceful-restart 120', 'graceful-restart 120;', ['0208 4006 8078 0001 01 80']],
    ['graceful-restart 4095', 'graceful-restart 4095;', ['0208 4006 8fff 0001 01 80']],
    ['graceful-restart disable', 'graceful-restart disable;', []],
    ['graceful-restart disabled', 'graceful-restart disabled;', []],
    ['add-path disable', 'add-path disable;', []],
    ['add-path disabled', 'add-path disabled;', []],
    ['add-path receive', 'add-path receive;', ['0206 4504 0001 01 01']],
    ['add-path send', 'add-path send;', ['0206 4504 0001 01 02']],
    ['add-path send/receive', 'add-path send/receive;', ['0206 4504 0001 01 03']],
    ['multi-session, twice', 'multi-session;', ['0203 4401 00', '0203 4401 01']],
    ['operational', 'operational;', ['0202 b900']],
    ['nexthop without anything that applies is empty', 'nexthop;', ['0202 0500']],
    ['aigp', 'aigp;', []],
    ['bare software-version means no', 'software-version;', []],
    ['software-version enable', 'software-version enable;', ['0211 4b0f 0e 506565726c696e652f312e322e33']],
    ['bare link-local-nexthop is as if it were not there', 'link-local-nexthop;', []],
    ['link-local-nexthop enable', 'link-local-nexthop enable;', ['0202 4d00']],
    ['link-local-nexthop disable', 'link-local-nexthop disable;', []],
    ['link-local-prefer', 'link-local-prefer;', []],
  ])('%s', (_, body, expected) => {
    expect(others(`capability { ${body} }`)).toEqual(expected.map(hex));
  });

  it('add-path has its families by SAFI, whatever the order of the sections', () => {
    const families =
      'ipv6 mpls-vpn; ipv4 mpls-vpn; ipv6 nlri-mpls; ipv4 nlri-mpls; ipv6 unicast; ipv4 unicast;';
    const body = opened(
      `family { ${families} } capability { add-path send/receive; } add-path { ${families} }`,
    );
    expect(parameters(body)).toContain(
      hex('021a 4518 00010103 00020103 00010403 00020403 00018003 00028003'),
    );
  });

  it.each([
    ['graceful-restart enable;', '2:31', 'a restart time'],
    ['graceful-restart 65536;', '2:31', '65535'],
    ['add-path;', '2:22', 'an add-path direction'],
    ['add-path receive/send;', '2:23', 'send/receive'],
    ['add-path both;', '2:23', 'send/receive'],
    ['asn4 maybe;', '2:19', 'true or false'],
    ['enhanced-route-refresh;', '2:14', 'a keyword of capability'],
    ['host-name x;', '2:14', 'a keyword of capability'],
    ['4-byte-as;', '2:14', 'a keyword of capability'],
  ])('capability { %s } is refused at %s', (text, place, reason) => {
    const load = () => loadNeighbor(`capability { ${text} }`);
    expect(load).toThrow(ConfigErrors);
    expect(load).toThrow(reason);
    expect(load).toThrow(`p.conf:${place}: `);
  });

  it('route-refresh needs adj-rib-out, which it switches on', () => {
    const loaded = loadNeighbor('adj-rib-out false; capability { route-refresh; }');
    expect(neighborOf(loaded).adjRibOut).toBe(true);
  });
});

describe('add-path { AFI SAFI; … }', () => {
  const FAMILY = `family { ipv4 unicast; ipv4 multicast; ipv4 nlri-mpls; ipv4 mpls-vpn; ipv4 mup; ipv4 flow;
    ipv6 unicast; ipv6 nlri-mpls; ipv6 mpls-vpn; ipv6 mup; l2vpn evpn; }`;
  const paths = (body: string) =>
    parameters(opened(`${FAMILY} ${body}`)).filter((each) => /^02..45/.test(each));
  const entries = (...families: string[]) =>
    hex(
      `02 ${(2 + families.length * 4).toString(16).padStart(2, '0')} 45 ${(families.length * 4).toString(16).padStart(2, '0')} ${families.map((one) => `${one}03`).join('')}`,
    );

  it.each([
    [
      'absent: unicast, nlri-mpls, mpls-vpn and mup of the family section',
      '',
      ['000101', '000201', '000104', '000204', '000180', '000280', '000155', '000255'],
    ],
    ['those that it names', 'add-path { ipv6 unicast; ipv4 unicast; }', ['000101', '000201']],
    ['others are left out', 'add-path { ipv4 unicast; ipv4 flow; l2vpn evpn; }', ['000101']],
  ])('%s', (_, section, families) => {
    expect(paths(`capability { add-path send/receive; } ${section}`)).toEqual([entries(...families)]);
  });

  it('families that are not in the family section are left out', () => {
    const body = `${IPV4} capability { add-path send; } add-path { ipv4 unicast; ipv6 unicast; }`;
    expect(parameters(opened(body))).toContain(hex('0206 4504 0001 01 02'));
  });

  it('means nothing without the capability', () => {
    expect(paths('add-path { ipv4 unicast; }')).toEqual([]);
  });

  it.each([
    ['ipv4 unicast limit 0;', 'a number of paths from 1 to 65535'],
    ['ipv4 unicast limit 65536;', 'a number of paths from 1 to 65535'],
    ['ipv4 unicast limit;', 'a number of paths'],
    ['ipv4 unicst;', "did you mean 'unicast'"],
  ])('add-path { %s } is refused', (text, reason) => {
    expect(() => loadNeighbor(`add-path { ${text} }`)).toThrow(reason);
  });

  it('a limit is announced with the receive bit alone', () => {
    const section = 'add-path { ipv4 unicast limit 10; }';
    expect(others(`capability { add-path send; } ${section}`)).toEqual([hex('0206 4504 0001 01 02')]);
    expect(others(`capability { add-path send/receive; } ${section}`)).toEqual([
      hex('0206 4504 0001 01 03'),
      hex('0207 4c05 0001 01 000a'),
    ]);
  });
});

describe('nexthop { AFI SAFI NHAFI; … }', () => {
  const FAMILY = `family { ipv4 unicast; ipv4 multicast; ipv4 nlri-mpls; ipv4 mpls-vpn; ipv6 unicast; ipv6 multicast;
    ipv6 nlri-mpls; ipv6 mpls-vpn; }`;
  const nexthops = (body: string) => parameters(opened(body)).filter((each) => each.slice(4, 6) === '05');

  it.each(
    ['unicast', 'multicast', 'nlri-mpls', 'mpls-vpn'].map(
      (safi, i) => [safi, [1, 2, 4, 128][i] ?? 0] as const,
    ),
  )('ipv4 %s ipv6', (safi, number) => {
    expect(nexthops(`${FAMILY} nexthop { ipv4 ${safi} ipv6; }`)).toEqual([
      hex(`0208 0506 0001 00${number.toString(16).padStart(2, '0')} 0002`),
    ]);
  });

  it.each([
    [
      'several',
      `${FAMILY} nexthop { ipv4 unicast ipv6; ipv4 mpls-vpn ipv6; }`,
      ['020e 050c 0001 0001 0002 0001 0080 0002'],
    ],
    [
      'IPv4 next hops of IPv6 routes are not announced',
      `${FAMILY} nexthop { ipv6 unicast ipv4; }`,
      ['0202 0500'],
    ],
    ['both families must be listed', `${IPV4} nexthop { ipv4 unicast ipv6; }`, ['0202 0500']],
    [
      'the section switches the capability on',
      `${BOTH} nexthop { ipv4 unicast ipv6; }`,
      ['0208 0506 0001 0001 0002'],
    ],
    ['the capability alone is empty', `${BOTH} capability { nexthop; }`, ['0202 0500']],
    ['without either there is none', BOTH, []],
  ])('%s', (_, body, expected) => {
    expect(nexthops(body)).toEqual(expected.map(hex));
  });
});

describe('a link-local address behind global next hops', () => {
  it('is refused where it is none', () => {
    expect(() => loadNeighbor('local-link-local 2001:db8::1;')).toThrow('a link-local address (fe80::/10)');
  });
  it('is not announced, nor is how to prefer it: capability 77 alone is', () => {
    const body =
      'local-link-local fe80::1; capability { link-local-nexthop enable; link-local-prefer enable; }';
    expect(opened(body)).toBe(opened('capability { link-local-nexthop enable; }'));
  });
});

describe('graceful restart, capability 64', () => {
  it('says that we have restarted, and of each family that its routes are kept', () => {
    expect(opened('family { ipv4 unicast; ipv6 unicast; } capability { graceful-restart 120; }')).toContain(
      hex('400a 8078 0001 01 80 0002 01 80'),
    );
  });
});

describe('host name, capability 73', () => {
  it.each([
    ['host-name', 'host-name r1;', ['0206 4904 02 7231 00']],
    ['host-name and domain-name', 'host-name r1; domain-name ex.com;', ['020c 490a 02 7231 06 65782e636f6d']],
    ['domain-name alone is not announced', 'domain-name ex.com;', []],
    ['neither', '', []],
  ])('%s', (_, body, expected) => {
    expect(others(body)).toEqual(expected.map(hex));
  });
});
