// CRC-32 as zip uses it (reflected 0xEDB88320), four bytes a step. A checksum against accidents, never a proof.

const TABLES = makeTables();

function makeTables(): readonly Uint32Array[] {
  const first = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    let value = i;
    for (let bit = 0; bit < 8; bit++) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ 0xedb8_8320;
    first[i] = value;
  }
  const tables = [first];
  for (let k = 1; k < 4; k++)
    tables.push(Uint32Array.from(tables[k - 1] ?? [], value => (value >>> 8) ^ (first[value & 255] ?? 0)));
  return tables;
}

/** The checksum of bytes that follow others whose checksum is `before`. */
export function crc32(bytes: Uint8Array, before = 0): number {
  const [one, two, three, four] = TABLES as readonly [Uint32Array, Uint32Array, Uint32Array, Uint32Array];
  const at = (table: Uint32Array, index: number) => table[index & 255] ?? 0;
  let crc = ~before;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    crc ^=
      (bytes[i] ?? 0) |
      ((bytes[i + 1] ?? 0) << 8) |
      ((bytes[i + 2] ?? 0) << 16) |
      ((bytes[i + 3] ?? 0) << 24);
    crc = at(four, crc) ^ at(three, crc >>> 8) ^ at(two, crc >>> 16) ^ at(one, crc >>> 24);
  }
  for (; i < bytes.length; i++) crc = (crc >>> 8) ^ at(one, crc ^ (bytes[i] ?? 0));
  return ~crc >>> 0;
}
