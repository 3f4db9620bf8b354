// Answers `app://vouch/...` from a table of built files, never by joining a URL to a path. Pure: request in, answer out.
import { CONTENT_SECURITY_POLICY, ORIGIN } from './lockdown.ts';

/** One built file. */
export interface BuiltFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}
/** Built files by URL path, `/index.html` ... */
export type FileTable = ReadonlyMap<string, BuiltFile>;

/** What is sent back. */
export interface FileAnswer {
  readonly status: 200 | 400 | 404 | 405;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ttf: 'font/ttf',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
  txt: 'text/plain; charset=utf-8',
};

/** Media type by the ending of a built file's name. */
export function mediaTypeOf(path: string): string {
  return TYPES[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}

/** Answers one request; `base` is the origin this host serves. */
export function answerRequest(
  table: FileTable,
  method: string,
  url: string,
  base: string = ORIGIN,
): FileAnswer {
  if (method !== 'GET' && method !== 'HEAD') return refusal(405);
  if (!url.startsWith(`${base}/`)) return refusal(400);
  const path = url.slice(base.length).split(/[?#]/, 1)[0] ?? '/';
  const file = table.get(path === '/' ? '/index.html' : path);
  if (file === undefined) return refusal(404);
  return {
    status: 200,
    headers: headers(file.type),
    body: method === 'HEAD' ? new Uint8Array() : file.bytes,
  };
}

function refusal(status: 400 | 404 | 405): FileAnswer {
  return { status, headers: headers('text/plain; charset=utf-8'), body: new Uint8Array() };
}

function headers(type: string): Readonly<Record<string, string>> {
  return {
    'content-type': type,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
}
