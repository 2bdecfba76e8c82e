/** More octets were asked for than a field, message or file holds. Never leaves bgp/ or bmp/. */
export class ShortInputError extends Error {
  readonly offset: number;
  readonly needed: number;
  readonly available: number;

  constructor(offset: number, needed: number, available: number) {
    super(`${needed} octets needed at offset ${offset}, ${available} present`);
    this.name = 'ShortInputError';
    this.offset = offset;
    this.needed = needed;
    this.available = available;
  }
}

/** A value does not fit its field: it is refused, never truncated or wrapped. */
export class FieldOverflowError extends Error {
  readonly field: string;
  readonly actual: number | bigint;
  readonly maximum: number | bigint;

  constructor(field: string, actual: number | bigint, maximum: number | bigint) {
    super(`${field}: ${actual} is more than the maximum of ${maximum}`);
    this.name = 'FieldOverflowError';
    this.field = field;
    this.actual = actual;
    this.maximum = maximum;
  }
}
