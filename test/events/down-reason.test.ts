import { describe, expect, it } from 'vitest';
import { downReason, downReasonInJson } from '../../src/events/down-reason.ts';

describe('the reason of a session that went down', () => {
  it.each([
    {
      reason: 'closing connection',
      json4:
        'peer reset, message (closing connection) error(the TCP connection was closed by the remote end)',
      text4:
        'peer reset, message [closing connection] error[the TCP connection was closed by the remote end]',
    },
    {
      reason: 'notification received (6,9)',
      json4: 'peer reset, message (notification received (6,9)) error(Cease / unknow reason)',
      text4: 'peer reset, message [notification received (6,9)] error[Cease / unknow reason]',
    },
    {
      reason: 'notification sent (4,0)',
      json4: 'peer reset, message (notification sent (4,0)) error(Hold timer expired / Unspecific)',
      text4: 'peer reset, message [notification sent (4,0)] error[Hold timer expired / Unspecific]',
    },
    {
      reason: 'notification sent (200,1)',
      json4: 'peer reset, message (notification sent (200,1)) error(unknown error 200 / unknow reason)',
      text4: 'peer reset, message [notification sent (200,1)] error[unknown error 200 / unknow reason]',
    },
    { reason: '', json4: 'peer reset, message () error()', text4: 'peer reset, message [] error[]' },
    {
      reason: 'stop, message [shutting down]',
      json4: 'stop, message (shutting down)',
      text4: 'stop, message [shutting down]',
    },
    { reason: 'anything else', json4: 'anything else', text4: 'anything else' },
  ])('$reason', ({ reason, json4, text4 }) => {
    expect(downReasonInJson({ reason }, 4)).toBe(json4);
    expect(downReason({ reason }, 4)).toBe(text4);
    expect(downReasonInJson({ reason }, 5)).toBe(reason);
    expect(downReason({ reason }, 6)).toBe(reason);
  });

  it('has the text of the NOTIFICATION in version 4', () => {
    const down = { reason: 'notification sent (6,3)', text: 'Peer De-configured' };
    const error = 'Cease / Peer De-configured / Peer De-configured';
    expect(downReason(down, 4)).toBe(`peer reset, message [notification sent (6,3)] error[${error}]`);
    expect(downReasonInJson(down, 4)).toBe(`peer reset, message (notification sent (6,3)) error(${error})`);
    expect(downReason(down, 5)).toBe(down.reason);
  });
});
