import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { routeToText } from '../../src/bgp/route.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { load } from './sent.ts';

function outcome(routes: readonly string[]): unknown {
  try {
    const { config, warnings } = load(`static {\n${routes.join('\n')}\n}`);
    return { routes: config.neighbors[0]?.routes.map(routeToText), warnings };
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    return err.errors.map(({ message }) => message);
  }
}

const prefix = fc.oneof(
  { weight: 4, arbitrary: fc.nat(255).map((octet) => `10.${octet}.0.0/16`) },
  fc.constantFrom(
    '2001:db8::/32',
    '224.0.0.0/8',
    '10.0.0.1/8',
    '10.0.0.1',
    '0.0.0.0/0',
    'x',
    '10.0.0.0/33',
    '10.0.0.0/+8',
  ),
);
const tail = fc.constantFrom(
  ' next-hop 192.0.2.9',
  ' next-hop 192.0.2.9 med 5 community [ 1:1 no-export ]',
  ' next-hop 192.0.2.9 med 5 med 6',
  ' next-hop self',
  ' next-hop 192.0.2.9 split /17',
  ' next-hop 192.0.2.9 rd 1:1 label 3',
  ' next-hop 192.0.2.9 path-information 1',
  ' next-hop 192.0.2.9 watchdog dog withdraw name x',
  ' next-hop 192.0.2.9 name "a b"',
  ' next-hop 192.0.2.9\n   med 5',
  ' next-hop 192.0.2.9 # why\n',
  ' next-hop 192.0.2.9 mad 5',
  ' med 5',
  '',
);
const route = fc
  .tuple(fc.constantFrom('route ', 'route  ', 'route\t'), prefix, tail)
  .map((parts) => `${parts.join('')};`);

describe('a table of static routes', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('means what its routes mean, and is refused for what they are', () => {
    fc.assert(
      fc.property(fc.array(route, { maxLength: 8 }), (routes) => {
        // an escape in a comment leaves the text to the grammar
        const [fast, slow] = [
          outcome(routes),
          outcome([...routes, 'route 10.0.0.0/8 next-hop 192.0.2.9 name "\\x";']),
        ];
        const last = 'route 10.0.0.0/8 next-hop 192.0.2.9 name "x";';
        expect(outcome([...routes, last])).toEqual(slow);
        if (Array.isArray(fast)) expect(slow).toEqual(fast);
      }),
    );
  });

  it('shares the attributes of routes that have the same', () => {
    const routes = Array.from(
      { length: 6 },
      (_, i) => `route 10.${i}.0.0/16 next-hop 192.0.2.9 med ${i % 2};`,
    );
    const { config } = load(`static { ${routes.join('\n')} }`);
    expect(new Set(config.neighbors[0]?.routes.map(({ attributes }) => attributes)).size).toBe(2);
  });

  it('is read in a time that grows as it does: so many characters are looked at', () => {
    const looks = (count: number) => {
      const routes = Array.from(
        { length: count },
        (_, i) => `route 10.${(i >> 8) & 255}.${i & 255}.0/24 next-hop 192.0.2.${i % 7} med ${i % 11};`,
      );
      const text = `static {\n${routes.join('\n')}\n}`;
      const spies = (['charCodeAt', 'indexOf', 'slice'] as const).map((name) =>
        vi.spyOn(String.prototype, name),
      );
      load(text);
      const calls = spies.reduce((sum, spy) => sum + spy.mock.calls.length, 0);
      vi.restoreAllMocks();
      return calls / text.length;
    };
    const few = looks(200);
    const many = looks(2000);
    expect(many).toBeLessThan(few * 1.05);
    expect(many).toBeLessThan(4);
  });
});
