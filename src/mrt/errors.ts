/** A record of an MRT file that cannot be read: it is skipped by its length, counted and told. */
export class MrtError extends Error {
  /** What was wrong, without the place. */
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'MrtError';
    this.reason = reason;
  }
}

/** The lengths of the records no longer lead from one to the next: nothing after this can be read. */
export class MrtFramingError extends MrtError {
  constructor(reason: string) {
    super(reason);
    this.name = 'MrtFramingError';
  }
}
