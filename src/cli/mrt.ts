import { once } from 'node:events';
import { hostname } from 'node:os';
import process from 'node:process';
import type { CommandModule } from 'yargs';
import { API_VERSIONS, type ApiVersion } from '../bgp/json.ts';
import { type EncoderKind, encoderFor } from '../events/encoder.ts';
import { bgpdumpLines } from '../mrt/bgpdump.ts';
import { MrtError, MrtFramingError } from '../mrt/errors.ts';
import { MrtFile } from '../mrt/file.ts';
import type { MrtRecord } from '../mrt/record.ts';
import { CliError, EXIT } from './exit.ts';
import { MrtEvents } from './mrt-events.ts';
import { unpackedChunks } from './mrt-input.ts';
import { STDIN } from './stdin.ts';

interface MrtArguments {
  file: string[];
  bgpdump: boolean | undefined;
  times: string;
  text: boolean | undefined;
  'api-version': string;
}

export const mrtVerb: CommandModule<object, MrtArguments> = {
  command: 'mrt [file..]',
  describe: 'Read MRT files, packed or not, into JSON lines or the lines of bgpdump',
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        array: true,
        default: [],
        describe: 'MRT files (also .gz, .bz2, .xz, .zst), or - for standard input',
      })
      .option('bgpdump', {
        type: 'boolean',
        alias: 'm',
        describe: 'one line per route, as bgpdump -m prints it',
      })
      .option('times', {
        choices: ['dump', 'change'],
        alias: 't',
        default: 'dump',
        describe: "with --bgpdump, times of a table's routes: of the dump, or of their last change",
      })
      .option('text', { type: 'boolean', describe: 'text events in place of JSON' })
      .option('api-version', {
        choices: API_VERSIONS.map(String),
        default: '5',
        describe: "which ExaBGP's shapes the events have",
      })
      .example('$0 mrt --bgpdump rib.20260801.0000.bz2', 'a table as text')
      .example('$0 mrt updates.gz | jq -c \'select(.type == "update")\'', 'updates as JSON'),
  handler: async (argv) => {
    const files = argv.file.length === 0 && !process.stdin.isTTY ? [STDIN] : argv.file;
    if (files.length === 0) throw new CliError('mrt needs a file; see peerline mrt --help', EXIT.usage);
    const printer = printerFor(argv);
    let whole = true;
    for (const file of files) if (!(await print(file, printer))) whole = false;
    if (!whole) process.exitCode = EXIT.failure;
  },
};

/** The lines of a record. @throws MrtError when what it holds cannot be read */
type Printer = (record: MrtRecord) => string;

function printerFor(argv: MrtArguments): Printer {
  if (argv.bgpdump === true) {
    const times = argv.times === 'change' ? 'change' : 'dump';
    return (record) => bgpdumpLines(record, { times });
  }
  const kind: EncoderKind = argv.text === true ? 'text' : 'json';
  const identity = { host: hostname(), pid: process.pid, ppid: process.ppid };
  const encoder = encoderFor(kind, Number(argv['api-version']) as ApiVersion, identity);
  const events = new MrtEvents();
  return (record) =>
    events
      .of(record)
      .map((event) => encoder.encode(event, { form: 'parsed', negotiated: false }) ?? '')
      .join('');
}

/** More than these are only counted. */
const TOLD = 10;

/** Whether the file was read to its end. What cannot be read of it is told on standard error, and counted. */
async function print(name: string, printer: Printer): Promise<boolean> {
  const shown = name === STDIN ? 'standard input' : name;
  const tell = (offset: number, reason: string) =>
    process.stderr.write(`${shown}: octet ${offset}: ${reason}\n`);
  let skipped = 0;
  const skip = (at: { readonly offset: number; readonly reason: string }) => {
    if (skipped++ < TOLD) tell(at.offset, `${at.reason}; the record is skipped`);
  };
  const file = new MrtFile({ skipped: skip });
  let whole = true;
  try {
    for await (const chunk of unpackedChunks(name)) {
      const lines = linesOf(file, chunk, printer, skip);
      if (lines !== '' && !process.stdout.write(lines)) await once(process.stdout, 'drain');
    }
    if (file.pending > 0) tell(file.offset, 'the last record is cut off');
    whole = file.pending === 0;
  } catch (err) {
    if (!(err instanceof MrtFramingError)) throw err;
    tell(file.offset, `${err.reason}: this is no MRT, or it is broken here`);
    whole = false;
  }
  if (skipped > TOLD) process.stderr.write(`${shown}: ${skipped} records skipped in all\n`);
  return whole;
}

function linesOf(
  file: MrtFile,
  chunk: Uint8Array,
  printer: Printer,
  skip: (at: { readonly offset: number; readonly reason: string }) => void,
): string {
  const lines: string[] = [];
  for (const record of file.push(chunk)) {
    try {
      lines.push(printer(record));
    } catch (err) {
      if (!(err instanceof MrtError)) throw err;
      skip({ offset: file.offset, reason: err.reason });
    }
  }
  return lines.join('');
}
