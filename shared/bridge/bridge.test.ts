// What crosses between window and host is checked on both sides, and a failure crosses as a value.
import { describe, expect, it } from 'vitest';
import { channelOf, OPERATIONS } from './contract.ts';
import { answer } from './handle.ts';

const ticket = 'ab'.repeat(16);
const bytes = Uint8Array.of(1, 2, 3);

describe('an operation', () => {
  it('hands a well-formed request to its handler and the response back', async () => {
    const saved = await answer('saveFile', ({ name }) => Promise.resolve({ kind: 'saved', ticket, name }), {
      purpose: 'report',
      name: 'a.pdf',
      bytes,
    });
    expect(saved).toEqual({ ok: true, value: { kind: 'saved', ticket, name: 'a.pdf' } });
  });

  it.each([
    ['a path in place of a ticket', { purpose: 'report', name: 'a', bytes, ticket: '/etc/passwd' }],
    ['an unknown purpose', { purpose: 'shell', name: 'a', bytes }],
    ['text in place of bytes', { purpose: 'report', name: 'a', bytes: 'abc' }],
    ['nothing', undefined],
  ])('refuses %s before its handler runs', async (_what, request) => {
    let ran = false;
    const result = await answer(
      'saveFile',
      () => {
        ran = true;
        return Promise.resolve({ kind: 'cancelled' });
      },
      request,
    );
    expect(result.ok ? '' : result.error.code).toBe('bridge.request');
    expect(ran).toBe(false);
  });

  it('refuses a response that is not in the contract, and a handler that throws', async () => {
    const odd = await answer('revealFile', () => Promise.resolve({ shown: 'yes' } as never), { ticket });
    expect(odd.ok ? '' : odd.error.code).toBe('bridge.response');
    const thrown = await answer('revealFile', () => Promise.reject(new Error('disk gone')), { ticket });
    expect(thrown).toEqual({ ok: false, error: { code: 'bridge.failed', message: 'disk gone' } });
  });

  it('has a channel of its own', () => {
    expect(new Set(OPERATIONS.map(channelOf)).size).toBe(OPERATIONS.length);
  });
});
