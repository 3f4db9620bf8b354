// The port that signs: a certificate chain and a way to sign bytes with its key. Where the key lives (a PKCS#12
// file, a card, a throw-away pair) is the maker's matter. Algorithms: shared/spec "signing" section 1, no PSS, no Ed25519.
import type { Digest } from '../base/brand.ts';

/** The three algorithms that every outside tool accepts. */
export type SigningAlgorithm = 'ecdsa-p256-sha256' | 'ecdsa-p384-sha384' | 'rsa-pkcs1-sha256';

/** Signs bytes with the key of its first certificate. */
export interface Signer {
  /** DER, the signer's own certificate first, then the intermediates that lead towards the root. */
  readonly certificateChain: readonly Uint8Array[];
  readonly algorithm: SigningAlgorithm;
  /** Subject of the signer's certificate, as people read it. */
  readonly subject: string;
  /** SHA-256 of the signer's certificate. */
  readonly fingerprint: Digest;
  /** Made for a draft: proves integrity only, says nothing about who signed. */
  readonly throwaway: boolean;
  /** ECDSA as DER SEQUENCE(r, s), RSA as the plain PKCS#1 v1.5 block; the bytes are hashed on the way. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
}

/** Name of the hash that goes with an algorithm, as WebCrypto spells it. */
export function hashOf(algorithm: SigningAlgorithm): 'SHA-256' | 'SHA-384' {
  return algorithm === 'ecdsa-p384-sha384' ? 'SHA-384' : 'SHA-256';
}
