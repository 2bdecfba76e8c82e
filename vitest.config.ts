import process from 'node:process';
import { defineConfig } from 'vitest/config';

const shared = {
  pool: 'forks',
  testTimeout: 20_000,
  hookTimeout: 30_000,
  // real processes and sockets on a machine that may be busy: in CI what fails is tried again
  retry: process.env.CI === 'true' ? 2 : 0,
  // daemons of tests leave the machine's control socket alone (those that are to have one name it), and know nothing
  // of the settings that ExaBGP's package put on the machine
  env: { peerline_api_cli: 'false', EXABGP_ENVFILE: '/dev/null' },
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/interop/**', 'test/conformance/**', 'test/start/**'],
          // a worker reads the sources once, not once for every file: that is more than half of the work
          isolate: false,
        },
      },
      { test: { ...shared, name: 'e2e', include: ['test/e2e/**/*.test.ts'], testTimeout: 60_000 } },
      { test: { ...shared, name: 'start', include: ['test/start/**/*.test.ts'], testTimeout: 60_000 } },
      {
        test: {
          ...shared,
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          testTimeout: 120_000,
          fileParallelism: false,
          maxConcurrency: 3,
        },
      },
    ],
  },
});
