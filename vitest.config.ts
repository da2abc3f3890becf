import { defineConfig } from 'vitest/config';

// unit: lavapipe + null backend, minutes. full: SwiftShader, browser, packaging and the long faults.
export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/full/**'] } },
      { extends: true, test: { name: 'full', include: ['test/full/**/*.test.ts'], testTimeout: 600_000 } },
    ],
  },
});
