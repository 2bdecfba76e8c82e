import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Layer {
  readonly imports: readonly string[];
  /** Folders of which only types may be imported. */
  readonly typesOf?: readonly string[];
  readonly packages?: readonly string[];
  readonly typePackages?: readonly string[];
}

const BELOW_DAEMON = [
  'wire',
  'loop',
  'syntax',
  'bgp',
  'bmp',
  'mrt',
  'capture',
  'session',
  'rib',
  'config',
  'events',
  'commands',
  'hooks',
];

/** Who may import whom: docs/architecture.md explains why. `node:` modules that do no I/O are free to all. */
const LAYERS: Readonly<Record<string, Layer>> = {
  wire: { imports: [], packages: ['node:net'] },
  loop: { imports: [] },
  syntax: { imports: ['wire'], packages: ['chevrotain'] },
  bgp: { imports: ['wire'], typesOf: ['syntax'] },
  bmp: { imports: ['wire', 'bgp', 'rib'], typesOf: ['events'] },
  mrt: { imports: ['wire', 'bgp'] },
  capture: { imports: ['wire'] },
  session: {
    imports: ['wire', 'loop', 'bgp'],
    packages: ['koffi', 'node:net', 'node:os'],
  },
  rib: { imports: ['wire', 'bgp'] },
  config: {
    imports: ['wire', 'syntax', 'bgp'],
    typesOf: ['bmp', 'events'],
    packages: ['node:fs', 'node:path'],
  },
  commands: { imports: ['wire', 'syntax', 'bgp'] },
  events: { imports: ['wire', 'bgp'], typesOf: ['bmp'] },
  hooks: {
    imports: ['wire', 'loop'],
    typesOf: ['events'],
    packages: ['execa', 'node:child_process', 'node:fs', 'node:net', 'node:path', 'node:stream'],
    typePackages: ['pino'],
  },
  daemon: {
    imports: BELOW_DAEMON,
    packages: [
      'node:net',
      'node:tls',
      'node:os',
      'node:diagnostics_channel',
      'node:fs',
      'node:fs/promises',
      'node:path',
      'node:crypto',
      'node:stream',
      'node:timers/promises',
      'node:v8',
      'node:vm',
      'node:zlib',
    ],
    typePackages: ['pino'],
  },
  cli: {
    imports: [...BELOW_DAEMON, 'daemon'],
    packages: [
      'node:dgram',
      'node:dns/promises',
      'pino',
      'pino-pretty',
      'node:net',
      'node:os',
      'node:fs',
      'node:fs/promises',
      'node:path',
      'node:process',
      'node:readline',
      'node:string_decoder',
      'node:url',
      'node:child_process',
      'node:stream',
      'node:stream/promises',
      'node:zlib',
    ],
  },
  '.': { imports: [...BELOW_DAEMON, 'daemon'] },
};

const FREE = new Set(['node:buffer', 'node:events', 'node:util', 'node:perf_hooks', 'node:assert']);
const SRC = resolve(import.meta.dirname, '../src');
const PLUGINS = resolve(import.meta.dirname, '../plugins');
/** What is loaded while the program runs, too: `import('koffi')`. */
const IMPORT =
  /^\s*(?:import|export)\s+(type\s+)?(?:[^'"]*?\sfrom\s+)?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm;

interface Import {
  readonly file: string;
  readonly layer: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

function layerOf(path: string): string {
  const inside = relative(SRC, path);
  return inside.includes('/') ? inside.slice(0, inside.indexOf('/')) : '.';
}

function targetOf(match: RegExpMatchArray): string {
  return match[2] ?? match[3] ?? '';
}

function importsOf(path: string): Import[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = targetOf(match);
    return {
      file: relative(SRC, path),
      layer: layerOf(path),
      target: target.startsWith('.') ? layerOf(resolve(dirname(path), target)) : target,
      typeOnly: match[1] !== undefined,
    };
  });
}

function violation({ layer, target, typeOnly }: Import): string | undefined {
  const rule = LAYERS[layer];
  if (rule === undefined) return `${layer} is not a layer`;
  if (target === layer || FREE.has(target) || rule.imports.includes(target)) return undefined;
  if (rule.packages?.includes(target)) return undefined;
  if (typeOnly && (rule.typesOf?.includes(target) || rule.typePackages?.includes(target))) return undefined;
  return `${layer} may not import ${typeOnly ? 'types of ' : ''}${target}`;
}

/** Plugins are programs: equals of those in other languages, they may import public types and no code. */
function pluginViolation(plugin: string, target: string, typeOnly: boolean): string | undefined {
  if (target.startsWith('node:')) return undefined;
  if (!target.startsWith('.')) return `a plugin may not import ${target}`;
  const inside = relative(PLUGINS, resolve(PLUGINS, plugin, target));
  if (inside.startsWith(`${plugin}/`) || (typeOnly && inside === '../src/index.ts')) return undefined;
  return `a plugin may not import ${inside}`;
}

describe('layers', () => {
  const files = sources(SRC);
  const imports = files.flatMap(importsOf);

  it('finds the sources', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(imports.length).toBeGreaterThan(60);
  });

  it('import downwards only', () => {
    const found = imports.flatMap((one) => {
      const reason = violation(one);
      return reason === undefined ? [] : [`${one.file}: ${reason}`];
    });
    expect(found).toEqual([]);
  });

  // what everybody above the daemon may import is one list
  const exact = Object.entries(LAYERS).filter(([, { imports }]) => !imports.includes('hooks'));

  it.each(exact)('%s may import no more than it does', (layer, { imports: allowed, ...rest }) => {
    const own = imports.filter((one) => one.layer === layer);
    const values = new Set(own.filter(({ typeOnly }) => !typeOnly).map(({ target }) => target));
    const all = new Set(own.map(({ target }) => target));
    const { packages = [], typesOf = [], typePackages = [] } = rest;
    const unusedValues = [...allowed, ...packages].filter((target) => !values.has(target));
    expect(unusedValues).toEqual([]);
    expect([...typesOf, ...typePackages].filter((target) => !all.has(target))).toEqual([]);
  });

  it.each([
    { layer: 'wire', target: 'bgp', typeOnly: false },
    { layer: 'bgp', target: 'syntax', typeOnly: false },
    { layer: 'bgp', target: 'node:fs', typeOnly: false },
    { layer: 'cli', target: 'execa', typeOnly: false },
  ])('$layer may not import $target', (one) => {
    expect(violation({ file: '', ...one })).toBeDefined();
  });
});

/** Of a file that is read in one go. */
const MOST_LINES = 300;

it('no file is longer than one that is read in one go', () => {
  const long = [...sources(SRC), ...sources(PLUGINS)].flatMap((file) => {
    const lines = readFileSync(file, 'utf8').split('\n').length - 1;
    return lines > MOST_LINES ? [`${file}: ${lines} lines`] : [];
  });
  expect(long).toEqual([]);
});

describe('plugins', () => {
  const plugins = readdirSync(PLUGINS);
  const imports = plugins.flatMap((plugin) =>
    sources(join(PLUGINS, plugin)).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(IMPORT)].map((match) => ({
        plugin,
        file: relative(PLUGINS, file),
        target: targetOf(match),
        typeOnly: match[1] !== undefined,
      })),
    ),
  );

  it('are programs with a README', () => {
    expect(plugins.length).toBeGreaterThan(0);
    expect(imports.length).toBeGreaterThan(20);
    for (const plugin of plugins) {
      const files = readdirSync(join(PLUGINS, plugin));
      expect(files).toContain('README.md');
      expect(files.filter((name) => name.startsWith('main.'))).toHaveLength(1);
    }
  });

  it('import nothing of src but public types', () => {
    const found = imports.flatMap(({ plugin, file, target, typeOnly }) => {
      const reason = pluginViolation(plugin, target, typeOnly);
      return reason === undefined ? [] : [`${file}: ${reason}`];
    });
    expect(found).toEqual([]);
  });

  it('are imported by nobody: src starts the built program', () => {
    const into = sources(SRC).filter((file) => /from ['"][./]*\/plugins\//.test(readFileSync(file, 'utf8')));
    expect(into).toEqual([]);
  });

  it.each([
    { target: '../../src/index.ts', typeOnly: true, allowed: true },
    { target: '../../src/index.ts', typeOnly: false, allowed: false },
    { target: '../../src/wire/reader.ts', typeOnly: true, allowed: false },
    { target: 'pino', typeOnly: false, allowed: false },
  ])('$target, types only: $typeOnly', ({ target, typeOnly, allowed }) => {
    expect(pluginViolation('healthcheck', target, typeOnly) === undefined).toBe(allowed);
  });
});
