// What the window may and may not do, as plain values and pure functions so that tests compare them whole.
// Follows Electron's security checklist; nothing here touches a running Electron.
import type { WebPreferences } from 'electron';

/** Origin of the window; the only one allowed anywhere. */
export const ORIGIN = 'app://vouch';

/** The Content-Security-Policy of every answer, here and in the loopback server. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Preferences of the one window, spelled out. */
export function windowPreferences(preload: string): WebPreferences {
  return {
    preload,
    partition: 'persist:vouch',
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    spellcheck: false,
    navigateOnDragDrop: false,
    enableWebSQL: false,
    experimentalFeatures: false,
  };
}

/** The only permission the window gets: putting text on the clipboard. */
export function isPermitted(permission: string, origin: string): boolean {
  return permission === 'clipboard-sanitized-write' && (origin === ORIGIN || origin === `${ORIGIN}/`);
}

/** Whether a request may leave the renderer at all: own scheme and in-memory data only. */
export function isLocalRequest(url: string): boolean {
  return url.startsWith(`${ORIGIN}/`) || url.startsWith('blob:') || url.startsWith('data:');
}

/** Whether a message comes from the top frame of our own origin. */
export function isTrustedSender(
  frame: { readonly origin: string; readonly parent: unknown } | null,
): boolean {
  return frame !== null && frame.parent === null && frame.origin === ORIGIN;
}

/** Chromium switches that keep it from looking for the network at all; appended before `ready`. */
export const SWITCHES: readonly (readonly [string, string?])[] = [
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
];
