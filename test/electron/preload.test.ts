// The preload as it ships: bundled to one plain script and run where only `require('electron')` exists.
import { rolldown } from 'rolldown';
import { runInNewContext } from 'node:vm';
import { beforeAll, describe, expect, it } from 'vitest';
import { channelOf, OPERATIONS, type VouchBridge } from '../../shared/bridge/contract.ts';

describe('the built preload', () => {
  let code = '';
  const exposed = new Map<string, VouchBridge>();
  const invoked: unknown[] = [];

  beforeAll(async () => {
    const build = await rolldown({
      input: 'electron/preload.ts',
      platform: 'node',
      external: ['electron'],
      logLevel: 'silent',
    });
    const { output } = await build.generate({ format: 'cjs' });
    code = output[0].code;
    runInNewContext(code, {
      exports: {},
      require: (name: string) => {
        if (name !== 'electron') throw new Error(`A sandboxed preload cannot require ${name}`);
        return {
          contextBridge: { exposeInMainWorld: (key: string, api: VouchBridge) => exposed.set(key, api) },
          ipcRenderer: {
            invoke: (...args: unknown[]) => {
              invoked.push(args);
              return Promise.resolve('answer');
            },
          },
        };
      },
    });
  });

  it('is one plain script without imports', () => {
    expect(code).not.toMatch(/^\s*import\s/m);
    expect(code.length).toBeLessThan(4000);
  });

  it('exposes one frozen object with exactly the operations of the contract', () => {
    expect([...exposed.keys()]).toEqual(['vouch']);
    const bridge = exposed.get('vouch');
    expect(Object.keys(bridge ?? {}).sort()).toEqual(OPERATIONS);
    expect(Object.isFrozen(bridge)).toBe(true);
  });

  it('carries each call to its own channel and passes nothing else on', async () => {
    const bridge = exposed.get('vouch') as unknown as Record<
      string,
      (...args: unknown[]) => Promise<unknown>
    >;
    for (const operation of OPERATIONS) {
      invoked.length = 0;
      expect(await bridge[operation]?.({ a: 1 }, 'extra')).toBe('answer');
      expect(invoked).toEqual([[channelOf(operation), { a: 1 }]]);
    }
  });
});
