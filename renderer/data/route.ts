// Routes: `#/room/selection?name=value`. Whatever is selected has an address, so that a reference in one room can
// lead into another, and Back goes back.
import { useSyncExternalStore } from 'react';

/** Rooms in the order of the work. */
export const ROOMS = [
  'engagement',
  'intake',
  'inventory',
  'scope',
  'flows',
  'simulate',
  'controls',
  'evidence',
  'report',
] as const;

/** One of the rooms. */
export type RoomName = (typeof ROOMS)[number];

/** Where we are. */
export interface Route {
  readonly room: RoomName;
  /** What is selected in the room. */
  readonly selection?: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Reads a hash; what is no room leads to the engagement. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [name = '', ...rest] = path.split('/');
  const room = ROOMS.find(candidate => candidate === name) ?? 'engagement';
  const selection = rest.map(decode).join('/');
  const query = Object.fromEntries(new URLSearchParams(search));
  return { room, query, ...(selection === '' ? {} : { selection }) };
}

/** Writes a route as a hash. */
export function printRoute(route: Route): string {
  const selection = route.selection === undefined ? '' : `/${encodeURIComponent(route.selection)}`;
  const search = new URLSearchParams(route.query).toString();
  return `#/${route.room}${selection}${search === '' ? '' : `?${search}`}`;
}

/** Goes somewhere; `replace` leaves no step for Back. */
export function navigate(
  room: RoomName,
  selection?: string,
  query: Readonly<Record<string, string>> = {},
  replace = false,
): void {
  const hash = printRoute({ room, query, ...(selection === undefined ? {} : { selection }) });
  if (hash === window.location.hash) return;
  if (replace) {
    window.history.replaceState(undefined, '', hash);
    window.dispatchEvent(new HashChangeEvent('hashchange'));
  } else window.location.hash = hash;
}

let known: { readonly hash: string; readonly route: Route } | undefined;

/** The route, live. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute);
}

/** The route now; the same object while the hash is the same. */
export function currentRoute(): Route {
  const { hash } = window.location;
  if (known?.hash !== hash) known = { hash, route: parseRoute(hash) };
  return known.route;
}

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener);
  return () => window.removeEventListener('hashchange', listener);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
