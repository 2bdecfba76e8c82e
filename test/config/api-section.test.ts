import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';

const PROCESSES = ['p', 'q', 'watch-1']
  .map((name) => `process ${name} { run /bin/cat; encoder json; }`)
  .join(' ');
const neighbor = (content: string, address = '10.0.0.1') =>
  `neighbor ${address} { router-id 1.2.3.4;\n${content}\n}`;
const load = (text: string) =>
  loadConfig({ text: `${PROCESSES}\n${text}`, file: 'p.conf', resolveProgram: (path) => ({ path }) });
const api = (content: string) => load(neighbor(content)).config.neighbors[0]?.api;

const KINDS = ['open', 'update', 'notification', 'keepalive', 'refresh', 'operational'] as const;
const FORMS = ['parsed', 'packets', 'consolidate'] as const;

describe('api [NAME] { … }', () => {
  it.each([
    ['processes [ p q ];', ['p', 'q']],
    ['processes [ p, q ];', ['p', 'q']],
    ['processes [ p,q ];', ['p', 'q']],
    ['processes [ ];', []],
    ['processes [ p ]; processes [ q ];', ['p', 'q']],
    ['processes-match [ "watch-.*" ];', ['watch-1']],
    ['processes-match [ "^p$", q ];', ['p', 'q']],
  ])('%s', (content, processes) => {
    expect(api(`api { ${content} neighbor-changes; }`)).toMatchObject([{ processes }]);
  });

  it.each([
    ['neighbor-changes', 'neighborChanges'],
    ['negotiated', 'negotiated'],
    ['fsm', 'fsm'],
    ['signal', 'signal'],
  ])('%s is off, on by its word, and by a boolean', (word, key) => {
    const of = (statement: string) => api(`api { processes [ p ]; ${statement} }`)?.[0];
    expect(of('')).toMatchObject({ [key]: false });
    for (const on of ['', ' true', ' enable']) expect(of(`${word}${on};`)).toMatchObject({ [key]: true });
    for (const off of [' false', ' disable']) expect(of(`${word}${off};`)).toMatchObject({ [key]: false });
  });

  const directions = (['send', 'receive'] as const).flatMap((direction) => [
    ...FORMS.map((form) => ({ direction, word: form, expected: { [form]: true } })),
    ...KINDS.map((kind) => ({ direction, word: kind, expected: { kinds: new Set([kind]) } })),
  ]);
  it.each(directions)('$direction { $word; }', ({ direction, word, expected }) => {
    const sections = api(`api { processes [ p ]; ${direction} { ${word}; } }`);
    expect(sections).toMatchObject([{ [direction]: expected }]);
    expect(api(`api { processes [ p ]; ${direction} { ${word} false; } }`)?.[0]?.[direction]).toEqual(
      api('api { processes [ p ]; }')?.[0]?.[direction],
    );
  });

  it('several sections of a neighbor add up, named or not', () => {
    const sections = api(
      'api one { processes [ p ]; fsm; } api two { processes [ q ]; } api { processes [ p ]; }',
    );
    expect(sections?.map(({ processes }) => processes)).toEqual([['p'], ['q'], ['p']]);
  });

  it('a named one of a template is for several heirs', () => {
    const template = 'template { neighbor t { api speaking { processes [ p ]; neighbor-changes; } } }';
    const heirs = ['10.0.0.1', '10.0.0.2'].map((address) => neighbor('inherit t;', address));
    const { config } = load(`${template}\n${heirs.join('\n')}`);
    expect(config.neighbors.map((each) => each.api.length)).toEqual([1, 1]);
  });

  it('names are there once in a file', () => {
    const text = ['10.0.0.1', '10.0.0.2'].map((address) =>
      neighbor('api foo { processes [ p ]; fsm; }', address),
    );
    expect(() => load(text.join('\n'))).toThrow("another name: the api section of line 3 is called 'foo'");
  });

  it.each([
    ['processes [ nope ];', "found 'nope', expected the name of a process"],
    ['processes-match [ "(" ];', 'a regular expression that can be read'],
    ['receive { updat; }', "did you mean 'update'?"],
    ['receive { parsed maybe; }', 'true or false'],
    ['neighbour-changes;', "did you mean 'neighbor-changes'?"],
  ])('%s is refused', (content, reason) => {
    expect(() => load(neighbor(`api { ${content} }`))).toThrow(reason);
  });
});
