import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // Real dbt and dlt are heavy: three keep two cores busy while one of them waits.
    maxWorkers: 3,
    projects: [
      // Seconds are for `npm run bench`: on a machine that does other work nothing is to fail for them.
      { test: { name: 'unit', include: ['src/**/*.spec.ts', 'eval/**/*.spec.ts'], testTimeout: 30_000 } },
      {
        test: {
          name: 'e2e',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/support/workspace.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
