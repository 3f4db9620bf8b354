// The few web APIs that exist in every host (window, worker, Node 20+), declared once because `shared/` is compiled
// without DOM and without Node types. Nothing else of a host may be used; clock and randomness arrive as ports.

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: Uint8Array | ArrayBuffer, options?: { stream?: boolean }): string;
}
declare function structuredClone<T>(value: T): T;
declare function queueMicrotask(callback: () => void): void;

interface ReadableStreamDefaultReader<T> {
  read(): Promise<{ readonly done: boolean; readonly value: T | undefined }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}
declare class ReadableStream<T = Uint8Array> {
  constructor(source?: {
    start?(controller: { enqueue(chunk: T): void; close(): void; error(reason: unknown): void }): unknown;
    pull?(controller: { enqueue(chunk: T): void; close(): void; error(reason: unknown): void }): unknown;
    cancel?(reason?: unknown): unknown;
  });
  getReader(): ReadableStreamDefaultReader<T>;
  pipeThrough<O>(transform: {
    readonly readable: ReadableStream<O>;
    readonly writable: WritableStream<T>;
  }): ReadableStream<O>;
  cancel(reason?: unknown): Promise<void>;
}
interface WritableStreamDefaultWriter<T> {
  write(chunk: T): Promise<void>;
  close(): Promise<void>;
  abort(reason?: unknown): Promise<void>;
  readonly ready: Promise<void>;
}
declare class WritableStream<T = Uint8Array> {
  constructor(sink?: { write?(chunk: T): unknown; close?(): unknown; abort?(reason?: unknown): unknown });
  getWriter(): WritableStreamDefaultWriter<T>;
  abort(reason?: unknown): Promise<void>;
}
declare class TransformStream<I = Uint8Array, O = Uint8Array> {
  readonly readable: ReadableStream<O>;
  readonly writable: WritableStream<I>;
}
declare class DecompressionStream {
  constructor(format: 'gzip' | 'deflate' | 'deflate-raw');
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
}
declare class CompressionStream {
  constructor(format: 'gzip' | 'deflate' | 'deflate-raw');
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
}

type BufferSource = ArrayBufferView | ArrayBuffer;
type KeyUsage =
  'decrypt' | 'deriveBits' | 'deriveKey' | 'encrypt' | 'sign' | 'unwrapKey' | 'verify' | 'wrapKey';
interface CryptoKey {
  readonly algorithm: { readonly name: string; readonly [key: string]: unknown };
  readonly extractable: boolean;
  readonly type: 'private' | 'public' | 'secret';
  readonly usages: readonly KeyUsage[];
}
interface CryptoKeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}
interface SubtleCrypto {
  digest(algorithm: string, data: BufferSource): Promise<ArrayBuffer>;
  sign(algorithm: unknown, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>;
  verify(algorithm: unknown, key: CryptoKey, signature: BufferSource, data: BufferSource): Promise<boolean>;
  importKey(
    format: string,
    data: unknown,
    algorithm: unknown,
    extractable: boolean,
    usages: readonly KeyUsage[],
  ): Promise<CryptoKey>;
  exportKey(format: string, key: CryptoKey): Promise<ArrayBuffer>;
  generateKey(algorithm: unknown, extractable: boolean, usages: readonly KeyUsage[]): Promise<CryptoKeyPair>;
  deriveBits(algorithm: unknown, key: CryptoKey, length: number): Promise<ArrayBuffer>;
}
interface Crypto {
  readonly subtle: SubtleCrypto;
}
declare const crypto: Crypto;
