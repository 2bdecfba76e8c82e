import { describe, expect, it } from 'vitest';
import { CAPABILITY } from '../../src/config/capability.ts';
import { configurationSchema } from '../../src/config/json-schema.ts';
import { ROOT } from '../../src/config/root.ts';

describe('the schema of the configuration', () => {
  it('has every section of a file, and every keyword of a section', () => {
    expect(Object.keys(configurationSchema()?.properties ?? {})).toEqual([...ROOT]);
    const capability = configurationSchema(['neighbor', 'capability']);
    expect(Object.keys(capability?.properties ?? {})).toEqual(CAPABILITY.allowed);
    expect(capability).toMatchObject({ type: 'object', additionalProperties: false });
  });

  it.each([
    [['process', 'encoder'], { enum: ['text', 'json'] }],
    [['process', 'run'], { type: 'string' }],
    [['process', 'user'], { type: 'string' }],
    [['neighbor', 'passive'], { type: 'boolean' }],
    [['neighbor', 'listen'], { type: 'integer', minimum: 1, maximum: 65535 }],
    [['neighbor', 'tcp-ao', 'algorithm'], { enum: ['hmac-sha-1-96', 'aes-128-cmac-96', 'hmac-sha-256'] }],
    [['neighbor', 'api', 'receive', 'parsed'], { type: 'boolean' }],
    [['neighbor', 'family', 'l2vpn'], { enum: ['vpls', 'evpn', 'flow', 'flow-vpn'] }],
    [['template', 'neighbor'], { $ref: '#/properties/neighbor' }],
    [['bmp', 'limits'], { type: 'object' }],
  ])('%s', (path, expected) => {
    expect(configurationSchema(path)).toMatchObject(expected);
  });

  it('leads nowhere by other words', () => {
    expect(configurationSchema(['neighbour'])).toBeUndefined();
    expect(configurationSchema(['constructor'])).toBeUndefined();
    expect(configurationSchema(['process', 'run', 'x'])).toBeUndefined();
  });
});
