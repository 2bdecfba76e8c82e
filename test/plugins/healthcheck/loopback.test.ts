import { describe, expect, it } from 'vitest';
import {
  findAssigned,
  ipCommand,
  parseAddresses,
  serviceAddresses,
} from '../../../plugins/healthcheck/loopback.ts';
import { parseNetwork } from '../../../plugins/healthcheck/networks.ts';

const LISTING = `
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
1: lo    inet 192.0.2.1/32 scope global lo:web1\\       valid_lft forever preferred_lft forever
1: lo    inet 192.0.2.2/32 scope global lo:web2\\       valid_lft forever preferred_lft forever
1: lo    inet 192.0.2.3/32 scope global lo\\       valid_lft forever preferred_lft forever
1: lo    inet 198.51.100.0/24 scope global lo:net\\       valid_lft forever preferred_lft forever
1: lo    inet6 2001:db8::1/128 scope global \\       valid_lft forever preferred_lft forever
1: lo    inet6 ::1/128 scope host \\       valid_lft forever preferred_lft forever
2: eth0    inet 192.0.2.9/32 scope global eth0:web9\\       valid_lft forever preferred_lft forever
noise
`;

const assigned = parseAddresses(LISTING);
const loopback = assigned.filter((one) => one.interface === 'lo');

describe('loopback', () => {
  it.each([
    { label: undefined, exact: false, found: ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1'] },
    { label: 'web', exact: false, found: ['192.0.2.1', '192.0.2.2'] },
    { label: 'web', exact: true, found: [] },
    { label: 'web2', exact: true, found: ['192.0.2.2'] },
    { label: 'net', exact: false, found: [] },
  ])('label $label, exact: $exact', ({ label, exact, found }) => {
    expect(serviceAddresses(loopback, { label, exact })).toEqual(found.map(parseNetwork));
  });

  it('knows what is set up on which interface', () => {
    expect(findAssigned(parseNetwork('192.0.2.1'), assigned)?.label).toBe('web1');
    expect(findAssigned(parseNetwork('2001:db8:0::1'), assigned)).toBeDefined();
    expect(findAssigned(parseNetwork('192.0.2.9'), assigned)).toBeUndefined();
    expect(findAssigned({ ...parseNetwork('192.0.2.9'), interface: 'eth0' }, assigned)).toBeDefined();
  });

  it.each([
    { network: parseNetwork('192.0.2.1'), sudo: false, label: undefined, end: '192.0.2.1/32 dev lo' },
    {
      network: parseNetwork('192.0.2.1'),
      sudo: false,
      label: 'web',
      end: '192.0.2.1/32 dev lo label lo:web',
    },
    { network: parseNetwork('2001:db8::1'), sudo: false, label: 'web', end: '2001:db8::1/128 dev lo' },
    {
      network: { ...parseNetwork('192.0.2.1'), interface: 'eth0' },
      sudo: true,
      label: 'web',
      end: '192.0.2.1/32 dev eth0 label eth0:web',
    },
  ])('ip address add $end', ({ network, sudo, label, end }) => {
    expect(ipCommand('add', network, { sudo, label }).join(' ')).toBe(
      `${sudo ? 'sudo ' : ''}ip address add ${end}`,
    );
  });
});
