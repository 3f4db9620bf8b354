// One handler of one operation: request checked, work done, response checked, failure as a value.
import * as v from 'valibot';
import { CONTRACT, type Answer, type OperationName, type RequestOf, type ResponseOf } from './contract.ts';

/** Does the work of an operation; throws only for what it cannot foresee. */
export type Handler<N extends OperationName> = (request: RequestOf<N>) => Promise<ResponseOf<N>>;

/** Runs a handler on a request of unknown shape. */
export async function answer<N extends OperationName>(
  operation: N,
  handler: Handler<N>,
  request: unknown,
): Promise<Answer<ResponseOf<N>>> {
  const asked = v.safeParse(CONTRACT[operation].request, request);
  if (!asked.success)
    return refused(
      'bridge.request',
      `${operation}: ${v.getDotPath(asked.issues[0]) ?? 'request'} ${asked.issues[0].message}`,
    );
  try {
    const given = v.safeParse(CONTRACT[operation].response, await handler(asked.output as RequestOf<N>));
    if (!given.success) return refused('bridge.response', `${operation}: ${given.issues[0].message}`);
    return { ok: true, value: given.output };
  } catch (error) {
    return refused('bridge.failed', error instanceof Error ? error.message : String(error));
  }
}

function refused(code: string, message: string): Answer<never> {
  return { ok: false, error: { code, message } };
}
