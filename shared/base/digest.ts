// Digests as a port: every host brings its own SHA-256 (node:crypto, or @noble/hashes in a browser), the core
// only asks. HMAC is built here on that port, so all hosts mask and salt alike (RFC 2104).
import type { Digest } from './brand.ts';

/** A running SHA-256. */
export interface RunningDigest {
  update(bytes: Uint8Array): void;
  /** 32 bytes; the digest must not be used afterwards. */
  finish(): Uint8Array;
}

/** The host's SHA-256, in one go and running. */
export interface Digests {
  sha256(bytes: Uint8Array): Uint8Array;
  start(): RunningDigest;
}

/** Lower-case hex of bytes. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

/** Bytes of a lower- or upper-case hex text of even length. */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

/** `sha256:<hex>` of some bytes. */
export function digestOf(digests: Digests, bytes: Uint8Array): Digest {
  return `sha256:${hex(digests.sha256(bytes))}` as Digest;
}

/** `sha256:<hex>` of a text as UTF-8. */
export function digestOfText(digests: Digests, text: string): Digest {
  return digestOf(digests, new TextEncoder().encode(text));
}

/** HMAC-SHA-256 (RFC 2104). */
export function hmacSha256(digests: Digests, key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? digests.sha256(key) : key);
  const inner = concat([block.map(byte => byte ^ 0x36), message]);
  return digests.sha256(concat([block.map(byte => byte ^ 0x5c), digests.sha256(inner)]));
}

/** One array out of many. */
export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
