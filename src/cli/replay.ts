import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { BmpError } from '../bmp/errors.ts';
import { BMP_FRAMING, isBmpVersion } from '../bmp/header.ts';
import { isCapture } from '../capture/pcap.ts';
import type { TcpChunk } from '../capture/tcp.ts';
import { Framer } from '../wire/framer.ts';
import { Reader } from '../wire/reader.ts';
import { safeLine } from '../wire/text.ts';
import { capturedBmp } from './captured.ts';
import { CliError, EXIT } from './exit.ts';
import { hostAndPort } from './host-port.ts';
import { filesOf, readInput } from './stdin.ts';
import type { Arguments } from './verbs.ts';

export async function replay({ options, operands }: Arguments<'replay'>): Promise<void> {
  const [file = ''] = filesOf(operands);
  if (options.to === undefined)
    throw new CliError('--to HOST:PORT is missing; see peerline replay --help', EXIT.usage);
  const speed = options.speed === undefined ? undefined : Number(options.speed);
  if (speed !== undefined && !(speed > 0)) throw new CliError('--speed is a number above 0', EXIT.usage);
  const station = hostAndPort(options.to, '--to');
  const { streams, problem } = recordedIn(file);
  const sent = await Promise.all(streams.map((chunks) => send(chunks, station, speed)));
  const octets = sent.reduce((sum, n) => sum + n, 0);
  process.stderr.write(`${streams.length} connections, ${octets} octets sent\n`);
  if (problem !== undefined) throw new CliError(`${safeLine(file)}: ${problem}`);
}

interface Recorded {
  readonly streams: readonly (readonly TcpChunk[])[];
  /** Why it was not read to its end. */
  readonly problem: string | undefined;
}

/** What each recorded connection sent, in pieces that have a time. @throws CliError where there is none */
function recordedIn(file: string): Recorded {
  const octets = readInput(file);
  const problems: string[] = [];
  const streams = isCapture(octets)
    ? capturedBmp(octets, (reason) => void problems.push(reason))
    : isBmpVersion(octets[0])
      ? [timedMessages(octets)]
      : [];
  if (streams.length === 0) throw new CliError(`${safeLine(file)}: ${['no BMP', ...problems].join('; ')}`);
  return { streams, problem: problems[0] };
}

/** Types of messages that have a per-peer header, and where its seconds stand. */
const WITHOUT_PEER = [4, 5];
const SECONDS_AT = 6 + 34;

/** A bare stream has no times but those of its messages. What follows the last whole message is sent as it is. */
function timedMessages(octets: Uint8Array): TcpChunk[] {
  const framer = new Framer(BMP_FRAMING);
  const chunks: TcpChunk[] = [];
  let timeMs = 0;
  let at = 0;
  try {
    for (const frame of framer.push(octets)) {
      at += frame.length;
      if (!WITHOUT_PEER.includes(frame[5] as number) && frame.length >= SECONDS_AT + 8) {
        const r = new Reader(frame.subarray(SECONDS_AT));
        timeMs = Math.max(timeMs, r.u32() * 1000 + r.u32() / 1000);
      }
      chunks.push({ timeMs, octets: frame });
    }
  } catch (err) {
    if (!(err instanceof BmpError)) throw err;
  }
  const rest = octets.subarray(at);
  return rest.length === 0 ? chunks : [...chunks, { timeMs, octets: rest }];
}

async function send(
  chunks: readonly TcpChunk[],
  to: { readonly host: string; readonly port: number },
  speed: number | undefined,
): Promise<number> {
  const socket = connect(to);
  const failed = new Promise<never>((_, fail) =>
    socket.on('error', (err) => fail(new CliError(`${to.host}:${to.port}: ${err.message}`))),
  );
  await Promise.race([failed, new Promise((done) => socket.once('connect', done))]);
  socket.resume();
  let octets = 0;
  const startMs = performance.now();
  // a time of 0 is none
  const firstMs = chunks.find(({ timeMs }) => timeMs > 0)?.timeMs ?? 0;
  for (const chunk of chunks) {
    const dueMs = speed === undefined || chunk.timeMs === 0 ? 0 : (chunk.timeMs - firstMs) / speed;
    const waitMs = dueMs - (performance.now() - startMs);
    if (waitMs > 0) await new Promise((done) => setTimeout(done, waitMs));
    await Promise.race([failed, written(socket, chunk.octets)]);
    octets += chunk.octets.length;
  }
  await Promise.race([failed, new Promise<void>((done) => socket.end(() => done()))]);
  return octets;
}

function written(socket: Socket, octets: Uint8Array): Promise<void> {
  if (socket.write(octets)) return Promise.resolve();
  return new Promise((done) => socket.once('drain', done));
}
