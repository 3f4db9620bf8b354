// The operations that a host offers to the window, each with the schema of what goes in and what comes back.
// Types are inferred from here; no other place names a channel. Paths never reach the window: it gets tickets.
import * as v from 'valibot';

const bytes = v.instance(Uint8Array);
const name = v.pipe(v.string(), v.minLength(1), v.maxLength(255));
const ticket = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const purpose = v.picklist(['engagement', 'report', 'package', 'table', 'key']);
const cancelled = v.object({ kind: v.literal('cancelled') });

/** Request and response of every operation. */
export const CONTRACT = {
  /** Which host this is, and the facts behind the word "offline". */
  info: {
    request: v.object({}),
    response: v.object({
      host: v.picklist(['electron', 'browser', 'memory']),
      version: v.string(),
      offline: v.array(v.string()),
    }),
  },
  /** Asks the person for one file and hands over its bytes. */
  openFile: {
    request: v.object({ purpose }),
    response: v.variant('kind', [cancelled, v.object({ kind: v.literal('opened'), ticket, name, bytes })]),
  },
  /** Saves bytes; with a ticket over the same file (engagements only), else the person chooses where. */
  saveFile: {
    request: v.object({ purpose, name, bytes, ticket: v.optional(ticket) }),
    response: v.variant('kind', [cancelled, v.object({ kind: v.literal('saved'), ticket, name })]),
  },
  /** Shows a file that was saved in this run in the system's file window. */
  revealFile: {
    request: v.object({ ticket }),
    response: v.object({ shown: v.boolean() }),
  },
  /** The engagement file that the program was started with, once. */
  launchedWith: {
    request: v.object({}),
    response: v.variant('kind', [
      v.object({ kind: v.literal('nothing') }),
      v.object({ kind: v.literal('opened'), ticket, name, bytes }),
    ]),
  },
} as const;

/** Name of an operation. */
export type OperationName = keyof typeof CONTRACT;
/** What an operation takes. */
export type RequestOf<N extends OperationName> = v.InferOutput<(typeof CONTRACT)[N]['request']>;
/** What an operation gives. */
export type ResponseOf<N extends OperationName> = v.InferOutput<(typeof CONTRACT)[N]['response']>;

/** An answer as it crosses the border: never a rejected promise. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } };

/** What the window sees of its host: named functions, nothing else. */
export type VouchBridge = {
  readonly [N in OperationName]: (request: RequestOf<N>) => Promise<Answer<ResponseOf<N>>>;
};

/** Names of all operations, sorted. */
export const OPERATIONS = (Object.keys(CONTRACT) as OperationName[]).sort();

/** The channel of an operation between window and host. */
export function channelOf(operation: OperationName): string {
  return `vouch:${operation}`;
}
