import { notificationMeaning, notificationNames } from '../bgp/iana.ts';
import type { ApiVersion } from '../bgp/json.ts';

/** Names of error codes as version 4 spells them. */
const CODES: Readonly<Record<number, string>> = {
  1: 'Message header error',
  2: 'OPEN message error',
  3: 'UPDATE message error',
  4: 'Hold timer expired',
  5: 'State machine error',
  6: 'Cease',
};
const NOTIFICATION = /^notification (?:sent|received) \((\d+),(\d+)\)$/;
/** Version 4 knows Cease subcodes up to Out of Resources (RFC 4486). */
const LAST_CEASE = 8;

/** Why a session went down. */
export interface Down {
  /** ExaBGP 5's words. */
  readonly reason: string;
  /** What the NOTIFICATION's data says, where it is a text. */
  readonly text?: string | undefined;
}

/**
 * Why a session went down, worded for `version`. The event has the short form of versions 5 and 6;
 * version 4 tells of a closed connection and of a NOTIFICATION with the error's name and text.
 */
export function downReason({ reason, text }: Down, version: ApiVersion): string {
  if (version !== 4) return reason;
  const error = version4Error(reason);
  if (error === undefined) return reason;
  const said = text === undefined || text === '' ? '' : ` / ${text}`;
  return `peer reset, message [${reason}] error[${error}${said}]`;
}

/** What the numbers of a reason mean, for a person; undefined: no NOTIFICATION ended the session. */
export function downMeaning(reason: string): string | undefined {
  const [, code, subcode] = NOTIFICATION.exec(reason) ?? [];
  return code === undefined ? undefined : notificationMeaning(Number(code), Number(subcode));
}

/** As `downReason` in JSON, where version 4 has parentheses only. */
export function downReasonInJson(down: Down, version: ApiVersion): string {
  const worded = downReason(down, version);
  return version === 4 ? worded.replace(/[[{]/g, '(').replace(/[\]}]/g, ')') : worded;
}

function version4Error(reason: string): string | undefined {
  if (reason === '') return '';
  if (reason === 'closing connection') return 'the TCP connection was closed by the remote end';
  const numbers = NOTIFICATION.exec(reason);
  if (numbers === null) return undefined;
  const code = Number(numbers[1]);
  const subcode = Number(numbers[2]);
  const names = notificationNames(code, subcode);
  const unknown = names.subcode.startsWith('unknown') || (code === 6 && subcode > LAST_CEASE);
  return `${CODES[code] ?? names.code} / ${unknown ? 'unknow reason' : names.subcode}`;
}
