import type { ProcessConfig, ProcessSettings } from '../config/model.ts';
import type { ChildOptions } from '../hooks/child-options.ts';
import { confined } from '../hooks/launch.ts';
import type { Overflow } from '../hooks/overflow.ts';

/** What the configuration of a process says of how it is run, queued for and restarted. */
export function childOptions({
  name,
  run,
  settings,
}: ProcessConfig): Pick<
  ChildOptions,
  'run' | 'shownRun' | 'cwd' | 'env' | 'limits' | 'overflow' | 'restarts'
> {
  const { user, gid, nice, memoryBytes, queue, restarts, directory } = settings;
  const identity = user && { ...user, known: user.name !== undefined };
  return {
    run: confined(run, { user: identity, gid, nice, memoryBytes }),
    shownRun: run,
    ...(directory === undefined ? {} : { cwd: directory }),
    env: environmentOf(settings),
    limits: { eventBytes: queue.limitBytes, eventLines: queue.limitLines },
    overflow: overflowOf(name, settings),
    restarts: {
      limit: restarts.limit,
      windowMs: restarts.windowSeconds * 1000,
      maxDelayMs: restarts.maxDelaySeconds * 1000,
    },
  };
}

/** A process may be called anything, a file may not. */
export function fileNameOf(process: string): string {
  return encodeURIComponent(process).replaceAll('.', '%2E');
}

const KEPT = ['PATH', 'HOME', 'LANG'];

function environmentOf({ environment, cleanEnvironment, user }: ProcessSettings) {
  const inherited = cleanEnvironment
    ? Object.fromEntries(KEPT.map((key) => [key, process.env[key]]))
    : { ...process.env };
  const own = user?.name === undefined ? {} : { USER: user.name, LOGNAME: user.name, HOME: user.home ?? '/' };
  const said = Object.entries(environment).map(([key, value]) => [key, value ?? undefined] as const);
  return { ...inherited, ...own, ...Object.fromEntries(said) };
}

function overflowOf(name: string, { queue }: ProcessSettings): Overflow {
  const { policy, limitSeconds, spill } = queue;
  switch (policy) {
    case 'block':
      return { policy, limitSeconds };
    case 'spill':
      if (spill === undefined) return { policy: 'resync' };
      return { policy, ...spill, name: fileNameOf(name) };
    case 'resync':
    case 'drop-newest':
    case 'drop-oldest':
    case 'kill':
      return { policy };
  }
}
