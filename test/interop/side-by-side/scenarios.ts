import { ANNOUNCED } from './announced.ts';
import { COMMANDED } from './commanded.ts';
import { CONFIGURED } from './configured.ts';
import { ENDED } from './ended.ts';
import type { Scenario } from './lab.ts';
import { LIVING } from './living.ts';
import { RECEIVED } from './received.ts';
import { RELOADED } from './reloaded.ts';
import { RUNTIME } from './runtime.ts';

/** Everything that both programs are asked to do. */
export const SCENARIOS: readonly Scenario[] = [
  ...RECEIVED,
  ...ANNOUNCED,
  ...COMMANDED,
  ...CONFIGURED,
  ...ENDED,
  ...LIVING,
  ...RELOADED,
  ...RUNTIME,
];
