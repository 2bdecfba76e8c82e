import { message, updateMessage } from './fake-router.ts';
import { HANDLER, type Lab, ROUTER, type Scenario } from './lab.ts';
import { ALL, DUAL, IPV4, type NeighborPlan, neighbor, open, PEER_AS, ROUTE_REFRESH } from './plan.ts';

const ORIGIN = '40010100';
const AS_PATH = '4002060201 0000fde9';
const NEXT_HOP = '400304 0a000002';
const PLAIN = `${ORIGIN}${AS_PATH}${NEXT_HOP}`;
const PREFIX = '100a01';

/** An attribute; the extended length bit of `flags` says how its length is written. */
function attribute(flags: string, code: string, value: string): string {
  const bare = value.replaceAll(/\s/g, '');
  const extended = (Number.parseInt(flags, 16) & 0x10) !== 0;
  return `${flags}${code}${(bare.length / 2).toString(16).padStart(extended ? 4 : 2, '0')}${bare}`;
}

const mpReach = (family: string, nextHop: string, nlri: string) => {
  const length = (nextHop.length / 2).toString(16).padStart(2, '0');
  return attribute('90', '0e', `${family}${length}${nextHop}00${nlri}`);
};
const mpUnreach = (family: string, nlri: string) => attribute('90', '0f', `${family}${nlri}`);

/** Attributes beside ORIGIN, AS_PATH and NEXT_HOP, each told in an UPDATE of its own. */
const ATTRIBUTES: Readonly<Record<string, string>> = {
  med: attribute('80', '04', '00000032'),
  'local-preference': attribute('40', '05', '00000064'),
  'atomic-aggregate': attribute('40', '06', ''),
  aggregator: attribute('c0', '07', '0000fde9 0a000002'),
  community: attribute('c0', '08', 'fdeb0001 ffffff01 ffff029a'),
  'one community': attribute('c0', '08', 'fdeb0001'),
  'originator-id': attribute('80', '09', '0a000009'),
  'cluster-list': attribute('80', '0a', '0a00000a0a00000b'),
  'extended-community': attribute(
    'c0',
    '10',
    '0002fdea00000064 0102 0a000001 0064 0202 0001000000 64 030c000000000008',
  ),
  'traffic actions': attribute(
    'c0',
    '10',
    '8006000049742400 8007000000000003 8008fdea00000064 800900000000000a',
  ),
  'large-community': attribute('c0', '20', '0000fde90000000100000002 fa56ea01ffffffff00000000'),
  'unknown transitive': attribute('c0', '63', '010203'),
  'unknown not transitive': attribute('80', '64', '0102'),
};

const AS_PATHS: Readonly<Record<string, string>> = {
  empty: attribute('40', '02', ''),
  long: attribute('40', '02', '0203 0000fde9 0000fdea fa56ea01'),
  'with a set': attribute('40', '02', '0201 0000fde9 0102 0000fdf2 0000fdf3'),
  'a set only': attribute('40', '02', '0102 0000fdf2 0000fdf3'),
  confederation: attribute('40', '02', '0302 0000fc00 0000fc01 0201 0000fde9'),
};

const UPDATES: readonly string[] = [
  updateMessage({ attributes: PLAIN, nlri: PREFIX }),
  updateMessage({ attributes: PLAIN, nlri: `${PREFIX}18c00002 200a010203 00` }),
  updateMessage({ withdrawn: PREFIX }),
  updateMessage({ withdrawn: '100a09', attributes: PLAIN, nlri: '100a08' }),
  updateMessage({ attributes: PLAIN }),
  updateMessage({ attributes: `${attribute('40', '01', '01')}${AS_PATH}${NEXT_HOP}`, nlri: PREFIX }),
  updateMessage({ attributes: `${attribute('40', '01', '02')}${AS_PATH}${NEXT_HOP}`, nlri: PREFIX }),
  ...Object.values(ATTRIBUTES).map((each) => updateMessage({ attributes: `${PLAIN}${each}`, nlri: PREFIX })),
  ...Object.values(AS_PATHS).map((each) =>
    updateMessage({ attributes: `${ORIGIN}${each}${NEXT_HOP}`, nlri: PREFIX }),
  ),
];

/** Attributes that an external peer has no business to send. */
const INTERNAL = ['local-preference', 'originator-id', 'cluster-list'].map((name) =>
  updateMessage({ attributes: `${PLAIN}${ATTRIBUTES[name]}`, nlri: PREFIX }),
);

const RD = '0000fdea00000064';
const NH4 = '0a000002';
const NH6 = '20010db8000000000000000000000002';
const LINK_LOCAL = 'fe800000000000000000000000000002';
const IBGP = `${ORIGIN}${AS_PATH}${attribute('40', '05', '00000064')}`;

/** UPDATEs of the families beside IPv4 unicast. */
const FAMILIES: readonly string[] = [
  mpReach('000201', NH6, '3020010db80001'),
  mpReach('000201', `${NH6}${LINK_LOCAL}`, '3020010db80001 8020010db8000000000000000000000001'),
  mpUnreach('000201', '3020010db80001'),
  mpReach('000104', NH4, '28 000641 0a01 40 000640 000c81 0a02'),
  mpUnreach('000104', '28 800000 0a01'),
  mpReach('000180', `0000000000000000${NH4}`, `68 000641 ${RD} 0a01`),
  mpReach(
    '000180',
    `0000000000000000${NH4}`,
    `68 000641 00010a0000020064 0a01 68 000641 00020000fdea0064 0a02`,
  ),
  mpUnreach('000180', `68 800000 ${RD} 0a01`),
  mpReach('000280', `0000000000000000${NH6}`, `88 000641 ${RD} 20010db80001`),
  mpReach('000185', '', '0b 0110 0a01 038106 04910050'),
  mpReach('000185', '', '07 0110 0a01 038106'),
  mpReach('000185', '', '0a 0110 0a01 0220 0a020304'),
  mpReach('000185', '', '0c 0110 0a01 05 0350 455a 910fa0'),
  mpUnreach('000185', '07 0110 0a01 038106'),
  mpReach('000186', '', `0c ${RD} 0110 0a01`),
  mpReach('000285', '', '09 0130 00 20010db80001'),
  // and none of VPLS, at which 4.2 fails
  mpReach('001946', NH4, `0119 ${RD} 00112233445566778899 00000064 000c81`),
  mpReach('001946', NH4, `0221 00010a0000020064 00000000000000000000 00000000 30 001122334455 00 000c81`),
  mpReach('001946', NH4, `0311 ${RD} 00000064 20 0a000002`),
  mpReach('001946', NH4, `0417 ${RD} 00112233445566778899 20 0a000002`),
  mpReach('001946', NH4, `0522 ${RD} 00000000000000000000 00000064 18 0a010000 00000000 000c81`),
];

/** Ends of tables. */
const ENDS = [
  updateMessage({}),
  updateMessage({ attributes: '900f0003000201' }),
  updateMessage({ attributes: '900f0003001946' }),
];

/** What is sent, one after the other; each must be told before the next. */
function hears(
  name: string,
  messages: readonly string[],
  plan: NeighborPlan & { encoder?: 'json' | 'text'; capabilities?: string },
): Scenario {
  const { encoder = 'json', families = IPV4, capabilities = '' } = plan;
  return {
    name: `${name}, ${encoder}`,
    routers: [ROUTER],
    processes: { [HANDLER]: encoder },
    neighbors: (port) => neighbor(port, plan),
    async act(lab: Lab) {
      const connection = await lab.established(open(families, capabilities));
      for (const [i, each] of messages.entries()) {
        const last = `20c61200${i.toString(16).padStart(2, '0')}`;
        connection.send(each);
        connection.send(updateMessage({ withdrawn: last }));
        await lab.heard(plan.api?.includes('parsed') === false ? last.toUpperCase() : `198.18.0.${i}/32`);
      }
    },
  };
}

const ASKED = 'neighbor-changes; receive { parsed; update; refresh; keepalive; }';
const form = (words: string) =>
  `receive { ${words} update; keepalive; } send { ${words} update; keepalive; }`;
const BOTH = ['json', 'text'] as const;

/** What RFC 7606 treats as a withdrawal; other malformed attributes end a session of 4.2. */
const MALFORMED = [
  updateMessage({ attributes: `${attribute('40', '01', '05')}${AS_PATH}${NEXT_HOP}`, nlri: PREFIX }),
];

export const RECEIVED: readonly Scenario[] = [
  hears('malformed attributes', MALFORMED, { api: ASKED }),
  ...BOTH.map((encoder) => hears('attributes', UPDATES, { encoder, api: ASKED, localAs: PEER_AS })),
  hears('attributes of internal peers', INTERNAL, { api: ASKED }),
  ...BOTH.map((encoder) =>
    hears('families', [...FAMILIES.map((each) => updateMessage({ attributes: `${IBGP}${each}` })), ...ENDS], {
      encoder,
      families: ALL,
      localAs: PEER_AS,
      api: ASKED,
    }),
  ),
  ...BOTH.map((encoder) =>
    hears('route refresh', [message(5, '00010001'), message(5, '00020001'), message(4)], {
      encoder,
      families: DUAL,
      api: ASKED,
      capability: 'route-refresh;',
      capabilities: ROUTE_REFRESH,
    }),
  ),
  ...['parsed;', 'packets;', 'consolidate;', 'parsed; packets;', 'consolidate; packets;'].flatMap((words) =>
    BOTH.map((encoder) =>
      hears(`as ${words}`, UPDATES.slice(0, 3), { encoder, api: `${form(words)} negotiated;` }),
    ),
  ),
];
