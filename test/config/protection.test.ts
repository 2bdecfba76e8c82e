import { describe, expect, it } from 'vitest';
import { readEnvironment } from '../../src/config/environment.ts';
import { ConfigErrors } from '../../src/config/errors.ts';
import { loadConfig } from '../../src/config/load.ts';
import { formatAddress } from '../../src/wire/address.ts';

function load(body: string, version = '5') {
  return loadConfig({
    text: `neighbor 192.0.2.2 {\nrouter-id 1.1.1.1;\n${body}\n}`,
    file: 'peer.conf',
    environment: readEnvironment({ 'exabgp.api.version': version }, undefined),
  });
}

function protection(body: string, version?: string) {
  const { config, warnings } = load(body, version);
  const [neighbor] = config.neighbors;
  const { md5, tcpAo, ...rest } = neighbor?.protection ?? {};
  const reveal = (secret: { reveal(): Uint8Array } | undefined) =>
    secret === undefined ? undefined : Buffer.from(secret.reveal()).toString('latin1');
  return {
    md5: reveal(md5),
    ao: tcpAo === undefined ? undefined : { ...tcpAo, key: reveal(tcpAo.key) },
    ...rest,
    md5Ip: neighbor?.md5Ip === undefined ? undefined : formatAddress(neighbor.md5Ip),
    warnings,
  };
}

function errorOf(body: string, version?: string): string {
  try {
    load(body, version);
  } catch (err) {
    if (!(err instanceof ConfigErrors)) throw err;
    return err.message;
  }
  throw new Error('no error');
}

describe('md5-password', () => {
  it.each([
    { body: 'md5-password abc123;', md5: 'abc123' },
    { body: 'md5-password "with blanks; and more";', md5: 'with blanks; and more' },
    { body: `md5-password ${'x'.repeat(80)};`, md5: 'x'.repeat(80) },
    { body: 'md5-password YWJj; md5-base64 true;', md5: 'abc' },
    { body: 'md5-base64 enable; md5-password YWJj;', md5: 'abc' },
    { body: 'md5-password YWJj; md5-base64;', md5: 'YWJj' }, // bare: false
    { body: 'md5-password cafe; md5-base64 auto;', md5: Buffer.from('cafe', 'base64').toString('latin1') },
    { body: 'md5-password CAFE; md5-base64 auto;', md5: 'CAFE' },
    { body: 'md5-password cafe;', version: '4', md5: Buffer.from('cafe', 'base64').toString('latin1') },
    { body: 'md5-password abc123;', version: '4', md5: 'abc123' }, // no base64
    { body: 'md5-password cafe;', md5: 'cafe' },
  ])('is what $body says, version $version', ({ body, md5, version }) => {
    expect(protection(body, version).md5).toBe(md5);
  });

  it('is its first word, and says so', () => {
    const { md5, warnings } = protection('md5-password one two three;');
    expect(md5).toBe('one');
    expect(warnings).toEqual([
      'peer.conf:3:18: only the first word is the password: put one with blanks in quotes',
    ]);
  });

  it('was called md5 in 3.x, and went on to the semicolon', () => {
    const { md5, warnings } = protection('md5 one two  three;');
    expect(md5).toBe('one two  three');
    expect(warnings).toEqual(["peer.conf:3:1: 'md5' is called 'md5-password' since 4.0"]);
  });

  it('goes with an address to listen on', () => {
    expect(protection('md5-password x; md5-ip 192.0.2.9;').md5Ip).toBe('192.0.2.9');
  });

  it.each([
    { body: `md5-password ${'x'.repeat(81)};`, error: 'MD5 password of 81 octets: it must have 1 to 80' },
    { body: 'md5-password "";', error: 'MD5 password of 0 octets: it must have 1 to 80' },
    { body: 'md5-password a-b; md5-base64 true;', error: 'invalid MD5 password: not valid base64' },
    {
      body: 'md5-password x; tcp-ao { password y; algorithm hmac-sha-256; }',
      error: 'a neighbor has a md5-password or a tcp-ao section, not both',
    },
  ])('is refused: $error', ({ body, error }) => {
    expect(errorOf(body)).toContain(error);
  });
});

describe('TTLs and interface', () => {
  it.each([
    { body: 'outgoing-ttl 64; incoming-ttl 254;', ttl: 64, minimumTtl: 254 },
    { body: 'outgoing-ttl disable; incoming-ttl false;', ttl: undefined, minimumTtl: undefined },
    { body: 'outgoing-ttl 0; incoming-ttl 0;', ttl: undefined, minimumTtl: undefined },
    { body: 'ttl-security;', ttl: 255, minimumTtl: 255 },
    { body: 'ttl-security 253;', ttl: 253, minimumTtl: 253 },
    { body: 'ttl-security disable;', ttl: undefined, minimumTtl: undefined },
    { body: 'source-interface eth0.100;', sourceInterface: 'eth0.100' },
  ])('are what $body says', ({ body, ...expected }) => {
    expect(protection(body)).toMatchObject(expected);
  });

  it.each([
    { body: 'outgoing-ttl 256;', error: 'a TTL from 0 to 255' },
    { body: 'ttl-security 0;', error: 'a TTL from 1 to 255' },
    { body: 'source-interface a-name-too-long-for-linux;', error: 'the name of an interface' },
  ])('are refused: $body', ({ body, error }) => {
    expect(errorOf(body)).toContain(error);
  });
});

describe('tcp-ao', () => {
  it('has a key, its id and an algorithm', () => {
    const ao = protection('tcp-ao { keyid 7; algorithm aes-128-cmac-96; password YWJj; base64 true; }').ao;
    expect(ao).toEqual({ keyId: 7, algorithm: 'aes-128-cmac-96', key: 'abc' });
    const bare = protection('tcp-ao { algorithm hmac-sha-1-96; password abc; }').ao;
    expect(bare).toEqual({ keyId: 0, algorithm: 'hmac-sha-1-96', key: 'abc' });
  });

  it.each([
    { body: 'tcp-ao { }', error: 'incomplete tcp-ao, missing algorithm, password' },
    { body: 'tcp-ao { password x; }', error: 'incomplete tcp-ao, missing algorithm' },
    { body: 'tcp-ao { keyid 256; }', error: 'a key id from 0 to 255' },
    { body: 'tcp-ao { algorithm md5; }', error: 'a TCP-AO algorithm (hmac-sha-1-96' },
  ])('is refused: $body', ({ body, error }) => {
    expect(errorOf(body)).toContain(error);
  });
});

describe('a message about a bad configuration', () => {
  it.each([
    'md5-pasword "top s3cret"; local-as 65001;',
    `md5-password ${'s3cret-'.repeat(12)};`,
    'md5-password s3cret-word; md5-base64 true;',
    'md5-password top s3cret',
    'md5-password s3cret\nlocal-as 1;',
    'md5-password\n  s3cret; local-as x;',
    'tcp-ao { keyid 5; password s3cret-9; }',
    'tcp-ao { keyid 300; password s3cret-9; algorithm none; }',
    'md5-password one-s3cret; tcp-ao { password s3cret-9; algorithm hmac-sha-256; }',
  ])('shows no password: %s', (body) => {
    const message = errorOf(body);
    expect(message).not.toMatch(/s3cret/);
    expect(message).toMatch(/peer\.conf:\d+:\d+: /);
  });

  it('still shows the line, with its caret in place', () => {
    expect(errorOf('md5-password abc; local-as x;')).toContain(
      'md5-password ***; local-as x;\n                           ^',
    );
  });
});

it('a link-local neighbor needs an interface, which is told', () => {
  const warnings = (more: string) =>
    loadConfig({ text: `neighbor fe80::1 { router-id 1.1.1.1; ${more} }`, file: 'x' }).warnings;
  expect(warnings('')).toEqual([expect.stringContaining('a link-local address means nothing without')]);
  expect(warnings('source-interface eth0;')).toEqual([]);
});
