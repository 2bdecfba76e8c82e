import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { describe, it } from 'vitest';
import type { Background } from '../support/background.ts';
import { freePort, temporaryDirectory } from '../support/files.ts';
import type { LineEvent } from '../support/line-event.ts';
import { Peerline, RECORDER_NAME } from '../support/peerline.ts';
import { which } from '../support/programs.ts';
import { type Lab, type Rig, ROUTER_AS, type Router, SESSIONS, type SessionPlan } from './router.ts';

/** Runs where the program is installed and may run; in CI what is missing is a failure, not a test less. */
export function daemonSuite(
  { name, program, root = false }: Pick<Router, 'name' | 'program' | 'root'>,
  suite: () => void,
): void {
  const allowed = !root || process.getuid?.() === 0;
  const missing = !allowed || which(program) === undefined;
  if (missing && process.env.CI === 'true') {
    it(`${name} is installed`, () => {
      throw new Error(`${program} ${allowed ? 'is not installed' : 'must be run by root'}`);
    });
    return;
  }
  describe.skipIf(missing)(name, suite);
}

const API = `
    api {
        processes [ ${RECORDER_NAME} ];
        neighbor-changes;
        negotiated;
        receive { parsed; open; update; notification; refresh; }
        send { parsed; update; notification; refresh; }
    }`;

function neighborText(plan: SessionPlan, rig: Rig): string {
  return `
neighbor ${rig.routerAddress} {
    router-id 10.9.0.1;
    local-address ${rig.address(plan.name)};
    local-as ${plan.localAs};
    peer-as ${ROUTER_AS};
    hold-time ${plan.holdTimeSeconds ?? 90};
    ${plan.passive ? `passive; listen ${rig.ourPort};` : `connect ${rig.routerPort};`}
    family { ipv4 unicast; ipv6 unicast; }
    ${plan.statements ?? 'capability { route-refresh; }'}
    ${API}
}
`;
}

type Started = Pick<Router, 'name' | 'net' | 'sessions' | 'start'>;

async function makeRig(router: Started, directory: string): Promise<Rig> {
  const sessions = [...SESSIONS, ...(router.sessions ?? [])];
  const prefix = `127.9.${router.net}`;
  return {
    directory,
    sessions,
    routerAddress: `${prefix}.10`,
    routerPort: await freePort(`${prefix}.10`),
    ourPort: await freePort(`${prefix}.2`),
    address(session) {
      const plan = sessions.find(({ name }) => name === session);
      if (plan === undefined) throw new Error(`no session ${session}`);
      return `${prefix}.${plan.host}`;
    },
  };
}

/** Starts the router and Peerline; `stop` ends both, whatever became of them. */
export async function startLab(router: Started): Promise<Lab & { stop(): Promise<void> }> {
  const directory = temporaryDirectory();
  let daemon: Background | undefined;
  let peerline: Peerline | undefined;
  const stop = async () => {
    await peerline?.stop();
    await daemon?.stop();
    keepLogs(router.name, [daemon?.output ?? '', peerline?.log ?? '']);
    directory.remove();
  };
  try {
    const rig = await makeRig(router, directory.path);
    daemon = await router.start(rig);
    const config = rig.sessions.map((plan) => neighborText(plan, rig)).join('');
    peerline = await Peerline.start({ directory: directory.path, config });
    return { rig, peerline, daemon, stop };
  } catch (err) {
    await stop();
    throw err;
  }
}

/** PEERLINE_KEEP_LOGS names a directory for what the programs wrote, to look into a failure. */
function keepLogs(name: string, texts: readonly string[]): void {
  const directory = process.env.PEERLINE_KEEP_LOGS;
  if (directory === undefined) return;
  for (const [i, text] of texts.entries()) {
    writeFileSync(`${directory}/${name.toLowerCase()}-${['daemon', 'peerline'][i] ?? i}.log`, text);
  }
}

/** Whether an event is of that session. */
export function ofSession(lab: Lab, session: string): (event: LineEvent) => boolean {
  const local = lab.rig.address(session);
  return ({ neighbor }) => neighbor?.address.local === local;
}

/** The words before a command for that session. */
export function selector(lab: Lab, session: string): string {
  return `neighbor ${lab.rig.routerAddress} local-ip ${lab.rig.address(session)}`;
}
