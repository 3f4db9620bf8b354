// Small vocabulary over asn1js: sets in DER order, looking into parsed structures without casts.
// Parsing of foreign bytes happens in `readDer` only, which turns the library's exceptions into `undefined`.
import * as asn1js from 'asn1js';
import { compareText } from '../base/order.ts';
import { hex } from '../base/digest.ts';

/** Any ASN.1 value. */
export type Asn1 = asn1js.BaseBlock;

/** Parses one value at the start of `bytes`; `length` is what it occupies. */
export function readDer(bytes: Uint8Array): { readonly value: Asn1; readonly length: number } | undefined {
  try {
    const { offset, result } = asn1js.fromBER(bytes);
    return offset > 0 ? { value: result, length: offset } : undefined;
  } catch {
    return undefined;
  }
}

/** Bytes of a value that was built here. */
export function encode(value: Asn1): Uint8Array {
  return new Uint8Array(value.toBER());
}

/** Bytes of a parsed value, exactly as they stood. */
export function rawBytes(value: Asn1): Uint8Array {
  return value.valueBeforeDecodeView.slice();
}

/** A value kept as the bytes it came in. */
export function embedded(bytes: Uint8Array): Asn1 {
  const parsed = readDer(bytes);
  if (parsed === undefined) throw new Error('Invariant broken: only parsed values are embedded');
  return parsed.value;
}

/** Members of a SEQUENCE, SET or constructed tag; none of anything else. */
export function membersOf(value: Asn1 | undefined): readonly Asn1[] {
  if (value instanceof asn1js.Sequence || value instanceof asn1js.Set || value instanceof asn1js.Constructed)
    return value.valueBlock.value;
  return [];
}

/** Whether a value carries the context tag `number`. */
export function isTagged(value: Asn1 | undefined, number: number): boolean {
  return value?.idBlock.tagClass === 3 && value.idBlock.tagNumber === number;
}

/** Dotted text of an OBJECT IDENTIFIER, or undefined. */
export function oidOf(value: Asn1 | undefined): string | undefined {
  return value instanceof asn1js.ObjectIdentifier ? value.valueBlock.toString() : undefined;
}

/** Content of an OCTET STRING, or undefined. */
export function octetsOf(value: Asn1 | undefined): Uint8Array | undefined {
  return value instanceof asn1js.OctetString ? new Uint8Array(value.getValue()) : undefined;
}

/** SEQUENCE of values. */
export function sequence(...value: Asn1[]): asn1js.Sequence {
  return new asn1js.Sequence({ value });
}

/** SET OF values in DER order: sorted by their bytes. */
export function setOf(values: readonly Asn1[]): asn1js.Set {
  return new asn1js.Set({ value: sortedByBytes(values) });
}

/** Values sorted by their encoded bytes. */
export function sortedByBytes(values: readonly Asn1[]): Asn1[] {
  return values
    .map(value => ({ value, key: hex(encode(value)) }))
    .sort((a, b) => compareText(a.key, b.key))
    .map(item => item.value);
}

/** Constructed context tag. */
export function tagged(tagNumber: number, value: readonly Asn1[]): asn1js.Constructed {
  return new asn1js.Constructed({ idBlock: { tagClass: 3, tagNumber }, value: [...value] });
}

/** OBJECT IDENTIFIER. */
export function oid(value: string): asn1js.ObjectIdentifier {
  return new asn1js.ObjectIdentifier({ value });
}

/** OCTET STRING. */
export function octets(bytes: Uint8Array): asn1js.OctetString {
  return new asn1js.OctetString({ valueHex: bytes.slice().buffer });
}
