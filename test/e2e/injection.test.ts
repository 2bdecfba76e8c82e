import { connect } from 'node:net';
import process from 'node:process';
import { expect, it, onTestFinished } from 'vitest';
import { dial, START } from '../support/bmp-router.ts';
import { neighborConf, processConf } from '../support/conf.ts';
import { controlled } from '../support/control.ts';
import { Driven } from '../support/driven.ts';
import { eventually, freePort, peerline, workspace } from '../support/e2e.ts';
import { Hostile, wrongWith } from '../support/hostile.ts';
import { hex, RawPeer, raw, TYPE } from '../support/raw-peer.ts';

/** `npm run soak` sends a hundred thousand hostile texts. */
const LONG = process.env.PEERLINE_SOAK === '1';
const MESSAGES = LONG ? 50_000 : 1000;
const COMMANDS = LONG ? 50_000 : 1000;
const SESSIONS = LONG ? 500 : 10;

const tlv = (type: number, value: Uint8Array) => {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value]);
};

/** An Initiation: free text, sysDescr, sysName, and one that nobody knows. */
function initiationOf(hostile: Hostile): Buffer {
  const body = Buffer.concat([0, 1, 2, 99].map((type) => tlv(type, hostile.octets())));
  const head = Buffer.alloc(6);
  head.writeUInt8(3);
  head.writeUInt32BE(6 + body.length, 1);
  head.writeUInt8(4, 5);
  return Buffer.concat([head, body]);
}

/** Multiprotocol IPv4, AS, and a hostname and a software version that are hostile. */
function capabilitiesOf(hostile: Hostile): string {
  const text = () => {
    const octets = hostile.octets(30);
    return hex(octets.length, 1) + octets.toString('hex');
  };
  const names = text() + text();
  const software = text();
  const all = [
    `0104 00010001`,
    `4104 ${hex(65002, 4)}`,
    `49${hex(names.length / 2, 1)}${names}`,
    `4b${hex(software.length / 2, 1)}${software}`,
  ];
  return all
    .map((one) => one.replace(/\s/g, ''))
    .map((one) => `02${hex(one.length / 2, 1)}${one}`)
    .join('');
}

it('what peers, routers and processes say is text, in every event, log, answer and table', {
  timeout: LONG ? 900_000 : 60_000,
}, async () => {
  const [dir, port, bmp] = [workspace(), await freePort(), await freePort()];
  const hostile = new Hostile(Number(process.env.PEERLINE_SEED ?? 7));
  const [json, text] = [new Driven(dir, 'json'), new Driven(dir, 'text')];
  const receive = 'parsed; packets; open; update; notification;';
  const conf =
    processConf(json.run, 'json') +
    processConf(text.run, 'text', 'encoder text;') +
    neighborConf({ port, process: 'json text', receive, more: 'description "a\\"b";' }) +
    `bmp { listen 127.0.0.1:${bmp}; api { processes [ json text ]; neighbor-changes; receive { parsed; update; } } }\n`;
  const { daemon, path, client } = await controlled(dir, conf);
  const router = await dial(bmp);
  router.write(START);
  for (let n = 0; n < MESSAGES; n++) {
    if (!router.write(initiationOf(hostile))) await new Promise((resolve) => router.once('drain', resolve));
  }
  for (let n = 0; n < SESSIONS; n++) {
    const peer = await RawPeer.connect({ port });
    await peer.establish({ capabilities: capabilitiesOf(hostile) });
    const said = hostile.octets(120);
    peer.send(raw(TYPE.notification, `0602${hex(said.length, 1)}${said.toString('hex')}`));
    await daemon.logged('down', {}, n + 1);
  }
  // commands that are no commands: what was said is quoted in the log, and in the answers of who asked for reasons
  const socket = connect(path);
  onTestFinished(() => void socket.destroy());
  let answers = '';
  socket.setEncoding('utf8').on('data', (part: string) => {
    answers += part;
  });
  socket.write('api version 6\n');
  for (let n = 0; n < COMMANDS; n++) {
    const line = Buffer.from(hostile.octets().map((octet) => (octet === 0x0a ? 0x0d : octet)));
    const before = hostile.number(2) === 0 ? 'announce route ' : 'show ';
    if (!socket.write(Buffer.concat([Buffer.from(before), line, Buffer.from('\n')])))
      await new Promise((resolve) => socket.once('drain', resolve));
  }
  socket.write('version\n');
  await eventually(() => /^peerline \d/m.test(answers.slice(-200)) || answers.includes('"version"'), {
    ms: LONG ? 300_000 : 30_000,
  });
  expect(wrongWith(answers)).toBeUndefined();
  const asked = client();
  const tables = [
    'show bmp router',
    'show bmp peer',
    'show bmp lint',
    'show neighbor',
    'show neighbor extensive',
    'show neighbor configuration',
    'show process',
    'show status',
  ];
  for (const table of tables) {
    for (const form of [table, `${table} json`]) {
      const lines = await asked.ask(form);
      expect(wrongWith(lines.join('\n')), form).toBeUndefined();
    }
  }
  expect(asked.text).toContain('127.0.0.1');
  for (const words of [
    ['show', 'bmp', 'router'],
    ['show', `x\u001b[2J\u009b31m\u2028`],
    ['announce', 'route', '\u202e\nFORGED'],
  ]) {
    const { stdout, stderr } = await peerline(['cli', ...words], { env: { peerline_api_socketpath: path } });
    expect(wrongWith(stdout + stderr), words.join(' ')).toBeUndefined();
  }
  const file = `${dir}/no\nFORGED\u001b[2J`;
  for (const verb of [
    ['check', file],
    ['mrt', file],
    ['decode', file],
    ['replay', '--to', '127.0.0.1:1', file],
    [file],
  ]) {
    const { code, stdout, stderr } = await peerline(verb);
    expect(code).not.toBe(0);
    expect(wrongWith(stdout + stderr), verb[0]).toBeUndefined();
  }
  await eventually(() => json.lines.length >= MESSAGES);
  for (const lines of [json.lines, text.lines]) expect(wrongWith(lines.join('\n'))).toBeUndefined();
  for (const line of json.lines) expect(line).toMatch(/^\{ "exabgp": .* \}$/);
  for (const line of text.lines) expect(line).toMatch(/^(?:neighbor |bmp | header |$)/);
  expect(wrongWith(daemon.written)).toBeUndefined();
  expect(daemon.raw.trim()).toBe('');
});
