import { describe, expect, it } from 'vitest';
import { parseArguments } from '../../src/cli/arguments.ts';
import { withVerb } from '../../src/cli/exabgp.ts';
import { CliError } from '../../src/cli/exit.ts';
import { VERBS, verbOf } from '../../src/cli/verbs.ts';

const RULES = {
  options: {
    file: { type: 'text', short: 'f', also: ['path'], help: '' },
    kind: { type: 'text', choices: ['a', 'b'], repeats: true, help: '' },
    loud: { type: 'flag', short: 'l', help: '' },
    quick: { type: 'flag', short: '1', help: '' },
  },
  operands: [1, 2],
  usage: 'X [Y]',
} as const;

function failure(argv: readonly string[], rules: Parameters<typeof parseArguments>[1] = RULES): string {
  try {
    return JSON.stringify(parseArguments(argv, rules));
  } catch (err) {
    if (!(err instanceof CliError)) throw err;
    expect(err.exitCode).toBe(2);
    return err.message;
  }
}

describe('arguments', () => {
  it.each([
    [['x'], {}],
    [['-f', 'y', 'x'], { file: 'y' }],
    [['-fy', 'x'], { file: 'y' }],
    [['--path=y', 'x'], { file: 'y' }],
    [['x', '-l1'], { loud: true, quick: true }],
    [['--kind', 'a', '--kind', 'b', 'x'], { kind: ['a', 'b'] }],
  ])('%j', (argv, found) => {
    const { options, operands } = parseArguments(argv, RULES);
    expect(options).toEqual({ file: undefined, kind: [], loud: false, quick: false, ...found });
    expect(operands).toEqual(['x']);
  });

  it('a dash is a word, and so is everything after two', () => {
    expect(parseArguments(['-', '--', '-l'].slice(0, 3), RULES).operands).toEqual(['-', '-l']);
  });

  it('options of a command end at its first word', () => {
    const words = { ...RULES, operands: [0, 9], words: true } as const;
    expect(parseArguments(['-l', 'announce', '--loud', '-f'], words)).toMatchObject({
      options: { loud: true, file: undefined },
      operands: ['announce', '--loud', '-f'],
    });
  });

  it.each([
    [[], 'something is missing: X [Y]'],
    [['x', 'y', 'z'], "'z' is too much: X [Y]"],
    [['x', '--lowd'], "unknown option --lowd; did you mean '--loud'?"],
    [['x', '-z'], 'unknown option -z'],
    [['x', '--loud=1'], '--loud takes no value'],
    [['x', '--file'], '--file needs a value: TEXT'],
    [['x', '--kind', 'c'], "--kind: found 'c', expected one of a, b"],
    [['x', '--__proto__.x'], 'unknown option --__proto__.x'],
    [['x', '--__proto__', 'y'], 'unknown option --__proto__'],
    [['x', '--constructor=y'], 'unknown option --constructor'],
    [['x', '--toString'], 'unknown option --toString'],
    [['x', '--\u001b[31m'], 'unknown option --\\x1b[31m'],
  ])('%j is refused: %s', (argv, message) => {
    expect(failure(argv)).toBe(message);
  });
});

const HEX = 'FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF001304';

describe('the command lines of ExaBGP', () => {
  it.each([
    // 4.2
    ['exabgp', 'a.conf', 'run a.conf'],
    ['exabgp', '-d a.conf b.conf', 'run --debug a.conf b.conf'],
    ['exabgp', '--signal 3 --once a.conf', 'run --once --signal 3 a.conf'],
    ['exabgp', '-1 -p -s --profile f a.conf', 'run --once --pdb --memory --profile f a.conf'],
    ['exabgp', '--root /x -e /y a.conf', 'run --env-file /y --root /x a.conf'],
    ['exabgp', '--validate a.conf', 'check --print a.conf'],
    ['exabgp', '-t a.conf', 'check --test a.conf'],
    ['exabgp', `--decode ${HEX} a.conf`, `decode --api-version env --conf a.conf ${HEX} --update`],
    ['exabgp', `-x ${HEX} a.conf`, `decode --api-version env --conf a.conf ${HEX} --update`],
    ['exabgp', `a.conf --decode ${HEX} -x 00`, `decode --api-version env --conf a.conf ${HEX} 00 --update`],
    ['exabgp', '--fi', 'env --format ini'],
    ['exabgp', '--full-ini', 'env --format ini'],
    ['exabgp', '--di', 'env --format ini --diff'],
    ['exabgp', '--fe', 'env --format env'],
    ['exabgp', '--diff-env --env /y', 'env --format env --diff --env-file /y'],
    ['exabgp', '--run healthcheck --cmd true --ip 192.0.2.1', 'healthcheck --cmd true --ip 192.0.2.1'],
    ['exabgp', '--run cli show neighbor summary', 'cli show neighbor summary'],
    ['exabgp', '-v', 'version'],
    ['exabgp', '--help', 'help'],
    ['exabgp', '-', 'run -'],
    // 5
    ['exabgp', 'server -v a.conf', 'server -v a.conf'],
    ['exabgp', '--env-file /y server a.conf', 'server --env-file /y a.conf'],
    ['exabgp', 'validate -nrv a.conf', 'validate -nrv a.conf'],
    ['exabgp', 'healthcheck -sF daemon', 'healthcheck -sF daemon'],
    ['exabgp', 'version', 'version'],
    ['exabgp', '--env-file /y version', 'version'],
    ['exabgp', '--env-file=/y schema', 'schema'],
    // 6
    ['exabgp', 'run --pipename x peer list', 'cli --pipename x peer list'],
    ['peerline', 'run a.conf', 'run a.conf'],
    ['exabgpcli', 'sh ne su', 'cli sh ne su'],
    ['exabgp-cli', '--env /y sh ne su', 'cli --env /y sh ne su'],
    ['exabgp-healthcheck', '--cmd true', 'healthcheck --cmd true'],
  ])('%s %s', (program, line, meant) => {
    expect(withVerb(program, line.split(' ')).join(' ')).toBe(meant);
  });

  it('a slip of the keyboard is no file that is missing', () => {
    expect(() => withVerb('peerline', ['mtr', 'x'])).toThrow(
      "neither a verb nor a file; did you mean 'mrt'?",
    );
    expect(withVerb('peerline', ['exabgp'])).toEqual(['run', 'exabgp']);
    expect(withVerb('peerline', ['mtr.conf'])).toEqual(['run', 'mtr.conf']);
    // what every object has is no program of ours
    expect(withVerb('peerline', ['constructor'])).toEqual(['run', 'constructor']);
  });

  it('what they become can be read', () => {
    const lines = [
      'a.conf',
      '-d -1 -p -s --signal 3 --profile f --root /x -e /y a.conf',
      '--validate -p a.conf',
      '--di',
    ];
    for (const line of lines) {
      const [verb = '', ...rest] = withVerb('exabgp', line.split(' '));
      expect(() => parseArguments(rest, { ...VERBS[verb as keyof typeof VERBS], usage: '' })).not.toThrow();
    }
  });
});

/** The sub-commands of ExaBGP 5 and 6 with every option that they have, and what is understood. */
describe('sub-commands', () => {
  const family = ['-f', 'ipv4 unicast'];
  it.each<[readonly string[], string, Readonly<Record<string, unknown>>, readonly string[]]>([
    [['version'], 'version', {}, []],
    [
      ['server', '-v', '-d', '-s', '5', '-1', '-p', '-P', '-m', '--profile', 'f', 'a'],
      'run',
      { signal: '5', once: true, passive: true, profile: 'f' },
      ['a'],
    ],
    [
      ['server', '--verbose', '--debug', '--signal', '5', '--once', '--pdb', '--passive', '--memory', '-'],
      'run',
      { debug: true, memory: true },
      ['-'],
    ],
    [
      ['validate', '-n', '-r', '-v', '-p', 'a', 'b'],
      'check',
      { neighbor: true, route: true, verbose: true },
      ['a', 'b'],
    ],
    [
      ['validate', '--neighbor', '--route', '--verbose', '--pdb', 'a'],
      'check',
      { neighbor: true, route: true },
      ['a'],
    ],
    [['decode', HEX], 'decode', {}, [HEX]],
    [['decode', '-u', HEX], 'decode', { update: HEX }, []],
    [['decode', HEX, '-u'], 'decode', { update: '' }, [HEX]],
    [['decode', '-u', '-i', HEX], 'decode', { update: '', 'path-information': true }, [HEX]],
    [['decode', '-o', '-d', '-p', '-c', 'a', HEX], 'decode', { open: '', debug: true, conf: 'a' }, [HEX]],
    [['decode', '-n', ...family, HEX], 'decode', { nlri: '', family: ['ipv4 unicast'] }, [HEX]],
    [
      ['decode', '--nlri', '--family', 'ipv4 unicast', '--path-information', HEX],
      'decode',
      { nlri: '', 'path-information': true },
      [HEX],
    ],
    [['decode', '--open', '--conf', 'a', '--debug', '--pdb', HEX], 'decode', { open: '', conf: 'a' }, [HEX]],
    [['decode', '-g', '-j', '-m', HEX], 'decode', { generic: true, json: true, command: true }, [HEX]],
    [
      ['decode', '--generic', '--json', '--command'],
      'decode',
      { generic: true, json: true, command: true },
      [],
    ],
    [['env'], 'env', { diff: false }, []],
    [['env', '-d', '-e'], 'env', { diff: true, 'env-file': '' }, []],
    [['env', '--env', '--diff'], 'env', { diff: true, 'env-file': '' }, []],
    [['env', '--env-file', 'f'], 'env', { 'env-file': 'f' }, []],
    [['cli', '--pipename', 'x', 'show', 'neighbor'], 'cli', { pipename: 'x' }, ['show', 'neighbor']],
    [['cli', '--no-color'], 'cli', { 'no-color': true }, []],
    [
      ['run', '--pipename', 'x', '--pipe', 'peer', 'list'],
      'cli',
      { pipename: 'x', pipe: true },
      ['peer', 'list'],
    ],
    [['run', '--socket', '--no-color', 'peer', 'list'], 'cli', { socket: true }, ['peer', 'list']],
    [['run', '--batch', 'f'], 'cli', { batch: 'f' }, []],
    [
      ['encode', ...family, '-a', '1', '-z', '2', '-i', '-n', '-c', 'a', '-d', '-p', 'R'],
      'encode',
      {
        family: 'ipv4 unicast',
        'local-as': '1',
        'peer-as': '2',
        'path-information': true,
        'nlri-only': true,
        conf: 'a',
      },
      ['R'],
    ],
    [
      ['encode', '--local-as', '1', '--peer-as', '2', '--nlri-only', '--no-header', 'R'],
      'encode',
      { 'no-header': true, 'nlri-only': true },
      ['R'],
    ],
    [['shell', 'install'], 'shell', {}, ['install']],
    [['shell', 'uninstall'], 'shell', {}, ['uninstall']],
    [['shell', 'completion'], 'shell', {}, ['completion']],
    [['schema', 'export', '--compact', 'neighbor'], 'schema', { compact: true }, ['export', 'neighbor']],
    [
      ['configuration', 'validate', '-n', '-r', '-v', '-p', 'a'],
      'configuration',
      { neighbor: true, route: true },
      ['validate', 'a'],
    ],
    [
      ['configuration', 'export', '-o', 'f', '-i', '4', 'a'],
      'configuration',
      { output: 'f', indent: '4' },
      ['export', 'a'],
    ],
    [['configuration', 'example', 'full'], 'configuration', {}, ['example', 'full']],
    [
      ['migrate', 'conf', '-f', '3.4', '-t', 'main', '-o', 'f', '-n', '-v', '-w', 'a'],
      'migrate',
      { from: '3.4', to: 'main', output: 'f' },
      ['conf', 'a'],
    ],
    [
      ['migrate', 'conf', '-f', '4', '-t', '5', '-i', '--dry-run', '--verbose', '--wrap-api', 'a'],
      'migrate',
      { from: '4', to: '5', inplace: true },
      ['conf', 'a'],
    ],
    [
      ['migrate', 'api', '-f', '4', '-t', 'main', '--exec', 'prg', '--own', 'word'],
      'migrate',
      { from: '4', exec: ['prg', '--own', 'word'] },
      ['api'],
    ],
  ])('exabgp %j', (argv, verb, options, operands) => {
    const [word = '', ...rest] = withVerb('exabgp', argv);
    const name = verbOf(word);
    expect(name).toBe(verb);
    const rules = VERBS[name ?? 'version'];
    const parsed = parseArguments(rest, { ...rules, usage: '' });
    expect(parsed.operands).toEqual(operands);
    expect(parsed.options).toMatchObject(options);
  });
});
