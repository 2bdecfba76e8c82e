import { expect, test } from 'vitest';
import { checkRoutes } from '../../src/cli/check-routes.ts';
import { loadConfig } from '../../src/config/load.ts';

function check(route: string) {
  const text = `neighbor 192.0.2.2 { router-id 192.0.2.1; local-address 192.0.2.1; local-as 65001; peer-as 65002;
    static { route ${route}; } }`;
  const { config } = loadConfig({ text, file: 'check.conf' });
  const [neighbor] = config.neighbors;
  if (neighbor === undefined) throw new Error('no neighbor');
  return checkRoutes(neighbor);
}

test('a good route is one route in one UPDATE', () => {
  expect(check('192.0.2.0/24 next-hop 192.0.2.1')).toEqual({ routes: 1, updates: 1, problems: [] });
});

test('a route that makes the peer end the session is told, and ends nothing else', () => {
  const { problems } = check('192.0.2.0/24 next-hop 192.0.2.1 attribute [ 0x99 0x40 0x01 ]');
  expect(problems[0]).toMatch(/^the peer would end the session: attribute-0x99: /);
});
