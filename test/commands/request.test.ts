import { describe, expect, it } from 'vitest';
import { CommandError } from '../../src/commands/command-error.ts';
import { inlineGroup } from '../../src/commands/inline-group.ts';
import { answerOf, dialectOf, parseRequest, refusalOf, withoutSuffix } from '../../src/commands/request.ts';

const PLAIN = { form: 'plain', id: undefined, sync: false, dryRun: false } as const;

describe('a request', () => {
  it.each([
    ['announce route 10.0.0.0/8 next-hop self', { text: 'announce route 10.0.0.0/8 next-hop self' }],
    ['# 42 announce', { text: '# 42 announce' }],
    ['#announce route 10.0.0.0/8', { text: '#announce route 10.0.0.0/8' }],
    ['#10.0.0.0/8 next-hop self', { text: '#10.0.0.0/8 next-hop self' }],
    ['#42', { text: '#42' }],
    ['#42 version', { text: 'version', form: 'tagged', id: '#42' }],
    ['@42 version', { text: 'version', form: 'tagged', id: '@42' }],
    ['  @a.b:c-d  version', { text: 'version', form: 'tagged', id: '@a.b:c-d' }],
    ['dry-run teardown 2', { text: 'teardown 2', dryRun: true }],
    [
      '@7 dry-run withdraw route 10.0.0.0/8 sync',
      { text: 'withdraw route 10.0.0.0/8', form: 'tagged', id: '@7', dryRun: true, sync: true },
    ],
    [
      'neighbor 192.0.2.2 announce route 10.0.0.0/8 next-hop self sync;',
      { text: 'neighbor 192.0.2.2 announce route 10.0.0.0/8 next-hop self', sync: true },
    ],
    ['announce watchdog sync', { text: 'announce watchdog sync' }],
    ['sync', { text: 'sync' }],
    ['group end sync', { text: 'group end', sync: true }],
    ['group end', { text: 'group end' }],
    ['{"command":"version"}', { text: 'version', form: 'json' }],
    [
      '{"id":1,"command":"version","sync":true,"dry-run":true}',
      { text: 'version', form: 'json', id: 1, sync: true, dryRun: true },
    ],
    [
      '{"id":"x","command":"announce route 10.0.0.0/8 next-hop self sync"}',
      { text: 'announce route 10.0.0.0/8 next-hop self', form: 'json', id: 'x', sync: true },
    ],
    [
      '{"id":1795513263819437123,"command":"version"}',
      { text: 'version', form: 'json', id: 1795513263819437123n },
    ],
    [
      '{"id":1,"command":"version","id": -9007199254740993}',
      { text: 'version', form: 'json', id: -9007199254740993n },
    ],
    ['{"id":1e30,"command":"version"}', { text: 'version', form: 'json', id: 1e30 }],
  ])('%s', (line, expected) => expect(parseRequest(line)).toEqual({ ...PLAIN, ...expected }));

  it.each([
    ['{ "type": "update" }', "without a member 'command'"],
    ['{"command":7}', "without a member 'command'"],
    ['{"command":"version"', 'JSON that cannot be read'],
    ['{"command":"version","__proto__":{}}', "unknown member '__proto__'"],
    ['{"command":"version","id":{}}', 'an id is'],
    [`{"command":"version","id":"${'x'.repeat(65)}"}`, 'an id is'],
    ['{"command":"version\\nshutdown"}', 'one line'],
    ['@ version', 'an id of up to 64'],
    [`@${'x'.repeat(65)} version`, 'an id of up to 64'],
    ['{"command":"version","sync":1}', "'sync' is true or false"],
    [`{"command":${'['.repeat(500_000)}`, 'JSON that cannot be read'],
  ])('%s is refused', (line, reason) => expect(() => parseRequest(line)).toThrow(reason));
});

describe('a line that is no request', () => {
  it.each([
    ['{"command":"version"', { form: 'json', id: undefined }],
    ['{"id":7,"command":"version","more":1}', { form: 'json', id: 7 }],
    ['{"id":{},"command":"version"}', { form: 'json', id: undefined }],
    ['{"id":"x","command":7}', { form: 'json', id: 'x' }],
    ['{"id":7,"comand":"version"}', { form: 'plain', id: undefined }],
    ['{ "exabgp": "5.0.0", "type": "update" }', { form: 'plain', id: undefined }],
    ['@ {"command":"version"}', { form: 'plain', id: undefined }],
  ])('%s', (line, expected) => {
    expect(() => parseRequest(line)).toThrow(CommandError);
    expect(dialectOf(line)).toEqual(expected);
  });
});

// patterns that end with the line looked at each of a million blanks a million times, and the daemon stood still
describe('a line of a million blanks', () => {
  const blanks = ' '.repeat(1_000_000);
  it.each([`announce route sync${blanks}x`, `announce route 10.0.0.0/8${blanks}x`, `peer${blanks}x group`])(
    'is read at once: %#',
    (line) => {
      expect(withoutSuffix(parseRequest(line)).text).toBe(line);
      expect(inlineGroup(line)).toBeUndefined();
    },
  );

  it.each([`announce route 10.0.0.0/8${blanks}sync${blanks}`, `announce${blanks}route sync ; ${blanks}`])(
    'may have a suffix: %#',
    (line) => {
      expect(parseRequest(line)).toMatchObject({
        text: line.slice(0, line.lastIndexOf('sync')).trimEnd(),
        sync: true,
      });
    },
  );
});

describe('an answer', () => {
  const lines = ['peerline 1', 'done'];
  it.each([
    [{ form: 'plain', id: undefined } as const, lines],
    [{ form: 'tagged', id: '@42' } as const, ['@42 peerline 1', '@42 done']],
    [
      { form: 'json', id: 7 } as const,
      ['{"type": "reply", "id": 7, "line": "peerline 1"}', '{"type": "reply", "id": 7, "status": "done"}'],
    ],
  ])('to $form', (request, expected) => expect([...answerOf(request, lines)]).toEqual(expected));

  const err = new CommandError(3, 'found é');
  it.each([
    [{ form: 'plain', id: undefined } as const, ['error']],
    [{ form: 'tagged', id: '#42' } as const, ['#42 error: column 3: found é', '#42 error']],
    [
      { form: 'json', id: undefined } as const,
      ['{"type": "reply", "status": "error", "column": 3, "reason": "found \\u00e9"}'],
    ],
  ])('of a refusal to $form', (request, expected) =>
    expect([...refusalOf(request, err, { version: 5 })]).toEqual(expected),
  );
});
