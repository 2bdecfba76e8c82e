import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/events/event.ts';
import { type ApiSwitches, type MessageSwitches, Subscriptions } from '../../src/hooks/subscriptions.ts';

function switches(words: string): MessageSwitches {
  const all = words.split(' ').filter((word) => word !== '');
  const forms = ['parsed', 'packets', 'consolidate'];
  const has = (form: string) => all.includes(form);
  return {
    parsed: has('parsed'),
    packets: has('packets'),
    consolidate: has('consolidate'),
    kinds: new Set(all.filter((word) => !forms.includes(word))),
  };
}

interface Written {
  readonly processes?: readonly string[];
  readonly flags?: string;
  readonly receive?: string;
  readonly send?: string;
}

function api({ processes = ['p'], flags = '', receive = '', send = '' }: Written): ApiSwitches {
  return {
    processes,
    neighborChanges: flags.includes('neighbor-changes'),
    negotiated: flags.includes('negotiated'),
    fsm: flags.includes('fsm'),
    signal: flags.includes('signal'),
    receive: switches(receive),
    send: switches(send),
  };
}

const told = (apis: readonly Written[], event: string) => {
  const [type, direction] = event.split(' ');
  const subscriptions = new Subscriptions(apis.map(api));
  const deliveries = subscriptions.of({ type, ...(direction && { direction }) } as Event);
  const wanted = subscriptions.wants(type as Event['type'], direction as 'send' | 'receive' | undefined);
  expect(wanted).toBe(deliveries.length > 0);
  return deliveries.map((d) => `${d.process} ${d.form}${d.negotiated ? ' negotiated' : ''}`);
};

describe('subscriptions', () => {
  it.each([
    { apis: [{ receive: 'parsed update' }], event: 'update receive', lines: ['p parsed'] },
    { apis: [{ receive: 'packets update' }], event: 'update receive', lines: ['p packets'] },
    {
      apis: [{ receive: 'parsed packets update' }],
      event: 'update receive',
      lines: ['p packets', 'p parsed'],
    },
    { apis: [{ receive: 'consolidate update' }], event: 'update receive', lines: ['p consolidate'] },
    {
      apis: [{ receive: 'consolidate parsed packets update' }],
      event: 'update receive',
      lines: ['p consolidate'],
    },
    { apis: [{ receive: 'update' }], event: 'update receive', lines: [] },
    { apis: [{ receive: 'parsed' }], event: 'update receive', lines: [] },
    { apis: [{ receive: 'parsed update' }], event: 'update send', lines: [] },
    { apis: [{ receive: 'parsed update' }], event: 'open receive', lines: [] },
    { apis: [{ send: 'consolidate update' }], event: 'update send', lines: ['p parsed'] },
    { apis: [{ send: 'consolidate packets update' }], event: 'update send', lines: ['p consolidate'] },
    { apis: [{ flags: 'neighbor-changes' }], event: 'state', lines: ['p parsed'] },
    { apis: [{ flags: 'neighbor-changes' }], event: 'bmp', lines: ['p parsed'] },
    { apis: [{ flags: 'neighbor-changes' }], event: 'fsm', lines: [] },
    { apis: [{ flags: 'fsm' }], event: 'fsm', lines: ['p parsed'] },
    { apis: [{ flags: 'signal' }], event: 'signal', lines: ['p parsed'] },
    {
      apis: [{ flags: 'negotiated', receive: 'packets update' }],
      event: 'update receive',
      lines: ['p packets negotiated'],
    },
    { apis: [{ flags: 'negotiated' }], event: 'negotiated', lines: ['p parsed negotiated'] },
    {
      apis: [
        { processes: ['a', 'b'], receive: 'parsed update' },
        { processes: ['b'], receive: 'packets update' },
      ],
      event: 'update receive',
      lines: ['a parsed', 'b packets', 'b parsed'],
    },
    {
      apis: [{ receive: 'packets open' }, { receive: 'parsed update' }],
      event: 'update receive',
      lines: ['p parsed'],
    },
    // Named by a group and by its neighbor.
    {
      apis: [{ receive: 'parsed update' }, { receive: 'parsed update', flags: 'negotiated' }],
      event: 'update receive',
      lines: ['p parsed negotiated'],
    },
    {
      apis: [{ flags: 'neighbor-changes' }, { flags: 'neighbor-changes' }],
      event: 'state',
      lines: ['p parsed'],
    },
    { apis: [], event: 'update receive', lines: [] },
  ])('$apis: $event', ({ apis, event, lines }) => {
    expect(told(apis, event)).toEqual(lines);
  });
});
