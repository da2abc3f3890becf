import { defineConfig } from 'vitest/config';

// unit: lavapipe + null backend, minutes. full: SwiftShader, browser, packaging and the long faults.
export default defineConfig({
  // Examples import the library as users do.
  resolve: { alias: [{ find: /^foretell$/, replacement: new URL('src/index.ts', import.meta.url).pathname }] },
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
