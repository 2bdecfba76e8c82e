import { hostname } from 'node:os';
import process from 'node:process';
import type { ApiVersion } from '../bgp/json.ts';
import { type EncoderKind, encoderFor } from '../events/encoder.ts';
import { bgpdumpLines } from '../mrt/bgpdump.ts';
import { BgpdumpRender } from '../mrt/bgpdump-render.ts';
import { MrtError, MrtFramingError } from '../mrt/errors.ts';
import { MrtFile } from '../mrt/file.ts';
import { LineWriter } from '../wire/line-writer.ts';
import { octetsOfText, safeLine } from '../wire/text.ts';
import { CliError, EXIT } from './exit.ts';
import { MrtEvents } from './mrt-events.ts';
import { unpackedChunks } from './mrt-input.ts';
import { filesOf, STDIN } from './stdin.ts';
import type { Arguments } from './verbs.ts';

type Options = Arguments<'mrt'>['options'];

export async function mrt({ options, operands }: Arguments<'mrt'>): Promise<void> {
  const files = operands.length === 0 && !process.stdin.isTTY ? [STDIN] : filesOf(operands);
  if (files.length === 0) throw new CliError('mrt needs a file; see peerline mrt --help', EXIT.usage);
  let whole = true;
  for (const file of files) if (!(await print(file, options))) whole = false;
  if (!whole) process.exitCode = EXIT.failure;
}

/** Writes the lines of whole records, given by their octets. @throws MrtError when one cannot be read */
type Printer = (octets: Uint8Array, out: LineWriter) => void;

/** One printer per file: tables name their peers by numbers. */
function printerFor(argv: Options, file: MrtFile): Printer {
  if (argv.bgpdump) return bgpdumpPrinter(argv.times === 'change' ? 'change' : 'dump', file);
  const kind: EncoderKind = argv.text ? 'text' : 'json';
  const identity = { host: hostname(), pid: process.pid, ppid: process.ppid };
  const encoder = encoderFor(kind, Number(argv['api-version'] ?? 5) as ApiVersion, identity);
  const events = new MrtEvents();
  return (octets, out) => {
    const record = file.read(octets);
    if (record === undefined) return;
    for (const event of events.of(record)) {
      put(out, encoder.encode(event, { form: 'parsed', negotiated: false }) ?? '');
    }
  };
}

function bgpdumpPrinter(times: 'dump' | 'change', file: MrtFile): Printer {
  const render = times === 'dump' ? new BgpdumpRender((octets) => file.read(octets)) : undefined;
  return (octets, out) => {
    if (render?.render(octets, out) === true) return;
    const record = file.read(octets);
    if (record === undefined) return;
    if (record.type === 'peer-index') render?.peers(record.peers);
    put(out, bgpdumpLines(record, { times }));
  };
}

function put(out: LineWriter, text: string): void {
  const octets = octetsOfText(text);
  out.reserve(octets.length).raw(octets);
}

/** More than these are only counted. */
const TOLD = 10;
/** Written when there is so much. */
const ENOUGH = 256 * 1024;

/** Whether the file was read to its end. What cannot be read of it is told on standard error, and counted. */
async function print(name: string, argv: Options): Promise<boolean> {
  const shown = safeLine(name);
  const tell = (offset: number, reason: string) =>
    process.stderr.write(`${shown}: octet ${offset}: ${reason}\n`);
  let skipped = 0;
  const file = new MrtFile({
    skipped: ({ offset, reason }) => {
      if (skipped++ < TOLD) tell(offset, `${reason}; the record is skipped`);
    },
  });
  const printer = printerFor(argv, file);
  const out = new LineWriter(2 * ENOUGH);
  let whole = true;
  try {
    for await (const chunk of unpackedChunks(name)) {
      for (const octets of file.octets(chunk)) {
        printRecord(octets, { file, printer, out });
        if (out.length > ENOUGH) await flush(out);
      }
    }
    whole = file.pending === 0;
    if (!whole) tell(file.offset, 'the last record is cut off');
  } catch (err) {
    if (!(err instanceof MrtFramingError)) throw err;
    tell(file.offset, `${err.message}: this is no MRT, or it is broken here`);
    whole = false;
  } finally {
    await flush(out);
  }
  if (skipped > TOLD) process.stderr.write(`${shown}: ${skipped} records skipped in all\n`);
  return whole;
}

function printRecord(
  octets: Uint8Array,
  { file, printer, out }: { readonly file: MrtFile; readonly printer: Printer; readonly out: LineWriter },
): void {
  const start = out.length;
  try {
    printer(octets, out);
  } catch (err) {
    if (!(err instanceof MrtError)) throw err;
    out.truncate(start);
    file.skip(err.message);
  }
}

/** Resolves when the lines are written, so that their memory is used again: new memory costs more than what it is for. */
async function flush(out: LineWriter): Promise<void> {
  if (out.length === 0) return;
  await new Promise<void>((resolve) => {
    // who reads no more is told by the stream itself
    process.stdout.write(out.written(), () => resolve());
  });
  out.reset();
}
