import { Lane } from '../loop/turns.ts';
import type { LineQueue } from './queue.ts';

/** What a long reply is written through, page by page. */
export interface PageSink {
  readonly queue: Pick<LineQueue, 'offer' | 'repliesTaken' | 'repliesGivenUp' | 'cutReply'>;
  /** As of `ChildClock`. */
  after(ms: number, action: () => void): () => void;
  /** No more of its commands until `release`: what they say comes after the reply. */
  hold(): void;
  release(): void;
  /** It has read nothing for so long that the rest of a reply is given up. */
  cut(): void;
}

/** Characters that are made at once, and how long that may take. */
const PAGE_LENGTH = 64 * 1024;
const PAGE_MS = 2;
const REPLIES = new Lane();
/** How long somebody who does not read keeps his own next command waiting: once, until he reads. */
const PATIENCE_MS = 10_000;

/**
 * Writes a reply of any length. The next page is made when the one before is on its way, so that a table of a
 * million routes costs one page of memory, and the loop turns between the pages.
 */
export function writePages(lines: Iterable<string>, sink: PageSink): void {
  const source = lines[Symbol.iterator]();
  if (writePage(source, sink) !== 'more') return;
  if (sink.queue.repliesGivenUp) {
    sink.queue.cutReply();
    return;
  }
  sink.hold();
  void writeRest(source, sink).finally(() => sink.release());
}

async function writeRest(source: Iterator<string>, sink: PageSink): Promise<void> {
  do {
    if (!(await patience(sink))) {
      sink.queue.cutReply();
      sink.cut();
      return;
    }
    await REPLIES.turn();
  } while (writePage(source, sink) === 'more');
}

/** False: what was written before is still not read. */
function patience(sink: PageSink): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = sink.after(PATIENCE_MS, () => resolve(false));
    void sink.queue.repliesTaken().then(() => {
      cancel();
      resolve(true);
    });
  });
}

/** `refused`: nobody is there any more. */
function writePage(source: Iterator<string>, { queue }: PageSink): 'more' | 'end' | 'refused' {
  const until = performance.now() + PAGE_MS;
  let page = '';
  while (page.length < PAGE_LENGTH && (page === '' || performance.now() < until)) {
    const next = source.next();
    if (next.done === true) {
      if (page !== '') queue.offer('reply', page);
      return 'end';
    }
    page += `${next.value}\n`;
  }
  return queue.offer('reply', page) ? 'more' : 'refused';
}
