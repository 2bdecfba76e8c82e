/** What the exit codes of `peerline` mean: shown by `peerline --help` and in docs/cli.md. */
export const EXIT = {
  ok: 0,
  /** The configuration is bad, or a run failed. */
  failure: 1,
  /** The command line is wrong. */
  usage: 2,
  /** A bug: its stack was logged. */
  bug: 70,
} as const;

/** A failure that a person caused or can mend: its text is printed as it is, without a stack. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.failure) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}
