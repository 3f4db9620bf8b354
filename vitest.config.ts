// Tests beside the code and under test/. Browser, Electron and slow sweeps are projects of their own.
import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';
import { ConformanceTable } from './test/conformance/table-reporter.ts';

const electronStub = fileURLToPath(new URL('test/electron/electron-stub.ts', import.meta.url));
const alias = { electron: electronStub };

export default defineConfig({
  test: {
    reporters: ['default', new ConformanceTable()],
    env: { TZ: 'Asia/Kathmandu' },
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: [
            'shared/**/*.test.ts',
            'cli/**/*.test.ts',
            'electron/**/*.test.ts',
            'renderer/**/*.test.{ts,tsx}',
            'test/{architecture,golden,property,conformance,contract,electron}/**/*.test.ts',
          ],
          exclude: ['**/*.slow.test.ts', 'node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          exclude: ['**/*.slow.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'slow',
          include: ['**/*.slow.test.ts'],
          exclude: ['node_modules/**'],
          testTimeout: 900_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
