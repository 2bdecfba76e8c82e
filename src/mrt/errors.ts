/** A record of an MRT file that cannot be read: it is skipped by its length, counted and told. */
export class MrtError extends Error {
  constructor(reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.name = 'MrtError';
  }
}

/** The lengths of the records no longer lead from one to the next: nothing after this can be read. */
export class MrtFramingError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'MrtFramingError';
  }
}
