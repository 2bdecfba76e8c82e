import { describe, expect, it } from 'vitest';
import { hostsOf, parseNetwork, sameNetwork } from '../../../plugins/healthcheck/networks.ts';

describe('networks', () => {
  it.each([
    { network: '192.0.2.1', hosts: ['192.0.2.1/32'] },
    { network: '10.0.0.252/30', hosts: ['10.0.0.252/32', '10.0.0.253/32', '10.0.0.254/32', '10.0.0.255/32'] },
    { network: '2001:DB8::', hosts: ['2001:db8::/128'] },
    { network: '2001:db8::/127', hosts: ['2001:db8::/128', '2001:db8::1/128'] },
    { network: '::ffff:192.0.2.0/127', hosts: ['::ffff:c000:200/128', '::ffff:c000:201/128'] },
    { network: '1:0:0:2::/127', hosts: ['1:0:0:2::/128', '1:0:0:2::1/128'] },
    { network: '1:0:2:3:4:5:6:0/127', hosts: ['1:0:2:3:4:5:6:0/128', '1:0:2:3:4:5:6:1/128'] },
  ])('$network', ({ network, hosts }) => {
    expect(hostsOf(parseNetwork(network)).map(({ text }) => text)).toEqual(hosts);
  });

  it.each(['10.0.0.0/15', '2001:db8::/64', '::/0'])('%s is too much', (network) => {
    expect(() => hostsOf(parseNetwork(network))).toThrow('has more than 65536 addresses');
  });

  it('knows one address in two spellings', () => {
    expect(sameNetwork(parseNetwork('2001:db8:0::1'), parseNetwork('2001:DB8::0:1/128'))).toBe(true);
    expect(sameNetwork(parseNetwork('0.0.0.1'), parseNetwork('::1'))).toBe(false);
    expect(sameNetwork(parseNetwork('10.0.0.0/8'), parseNetwork('10.0.0.0/9'))).toBe(false);
  });

  it.each(['', '1.2.3', '1.2.3.4/', '1.2.3.4/ 8', '1.2.3.4/8/9', 'fe80::1%lo', '2001:db8::1/64'])(
    "refuses '%s'",
    (text) => {
      expect(() => parseNetwork(text)).toThrow(RangeError);
    },
  );
});
