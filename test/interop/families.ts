import { afterAll, beforeAll, expect } from 'vitest';
import type { LineAttributes, LineEvent } from '../support/line-event.ts';
import { until } from '../support/wait.ts';
import { daemonSuite, ofSession, selector, startLab } from './lab.ts';
import type { Lab, Router, SessionPlan } from './router.ts';
import { waitUp } from './scenarios.ts';

/** What a router of these suites has to have: its routes are told in each suite, family by family. */
export type FamilyRouter = Pick<Router, 'name' | 'program' | 'root' | 'net' | 'start'> & {
  readonly sessions: readonly SessionPlan[];
};

/**
 * A session with these families beside the two that all have; `statements` are more of the neighbor.
 * Each has a router id of its own: GoBGP passes no route on to the speaker that it is from.
 */
export function familySession(
  name: string,
  host: number,
  families: readonly string[],
  statements = '',
): SessionPlan {
  const list = families.map((family) => `${family};`).join(' ');
  return {
    name,
    host,
    localAs: 65000 + host,
    statements: `router-id 10.9.0.${host}; family { ${list} } ${statements}`,
  };
}

/** The route of one NLRI of an event: its members, and what came with it. */
export interface HeardNlri {
  readonly nlri: Readonly<Record<string, unknown>>;
  readonly nextHop: string;
  readonly attributes: LineAttributes & Readonly<Record<string, unknown>>;
}

type Members = Readonly<Record<string, unknown>>;

function heardIn(event: LineEvent, family: string): HeardNlri[] {
  const { announce = {}, attribute = {} } = event.neighbor?.message?.update ?? {};
  return Object.entries(announce[family] ?? {}).flatMap(([nextHop, routes]) =>
    routes.map((nlri) => ({
      nlri: nlri as unknown as Members,
      nextHop,
      attributes: attribute as HeardNlri['attributes'],
    })),
  );
}

function has(nlri: Members, wanted: Members): boolean {
  return Object.entries(wanted).every(([key, value]) => JSON.stringify(nlri[key]) === JSON.stringify(value));
}

/** Waits for a route of the family whose NLRI has these members. */
export async function heardNlri(
  lab: Lab,
  session: string,
  family: string,
  wanted: Members,
  ms?: number,
): Promise<HeardNlri> {
  const mine = ofSession(lab, session);
  const heard = () =>
    lab.peerline.events
      .filter((event) => mine(event) && event.neighbor?.direction === 'receive')
      .flatMap((event) => heardIn(event, family));
  try {
    return await until(`${family} on ${session}`, () => heard().find(({ nlri }) => has(nlri, wanted)), ms);
  } catch (err) {
    const found = JSON.stringify(heard().map(({ nlri }) => nlri));
    throw new Error(`${JSON.stringify(wanted)} is not in ${found}`, { cause: err });
  }
}

/** Waits for the withdrawal of a route of the family whose NLRI has these members; it may name no label. */
export async function goneNlri(lab: Lab, session: string, family: string, route: Members): Promise<void> {
  const { label: _, ...wanted } = route;
  const mine = ofSession(lab, session);
  await lab.peerline.event(`the withdrawal of ${JSON.stringify(wanted)} on ${session}`, (event) => {
    const gone = event.neighbor?.message?.update?.withdraw?.[family] ?? [];
    return (
      mine(event) &&
      event.neighbor?.direction === 'receive' &&
      gone.some((nlri) => has(nlri as unknown as Members, wanted))
    );
  });
}

/** Gives a command for the session; it must be carried out. */
export async function tell(lab: Lab, session: string, command: string): Promise<void> {
  expect(await lab.peerline.command(`${selector(lab, session)} ${command}`), command).toBe('done');
}

/** Waits until what a program prints has all of these; gives the text. */
export async function shows(
  read: () => Promise<string>,
  parts: readonly (string | RegExp)[],
): Promise<string> {
  let text = '';
  const lacks = () =>
    parts.filter((part) => !(part instanceof RegExp ? part.test(text) : text.includes(part)));
  try {
    return await until('the route', async () => {
      text = await read();
      return lacks().length === 0 && text;
    });
  } catch (err) {
    throw new Error(`${lacks().join(', ')} not in:\n${text}`, { cause: err });
  }
}

/** Starts the lab, waits for its sessions, and runs the tests. */
export function familySuite(router: FamilyRouter, tests: (lab: () => Lab) => void): void {
  daemonSuite({ ...router, name: `${router.name}, families` }, () => {
    let lab: Awaited<ReturnType<typeof startLab>> | undefined;
    beforeAll(async () => {
      lab = await startLab(router);
      for (const { name } of router.sessions) await waitUp(lab, name);
    }, 60_000);
    afterAll(() => lab?.stop());
    tests(() => {
      if (lab === undefined) throw new Error('the lab did not start');
      return lab;
    });
  });
}
