// Reads the built window into memory once; after that no request touches the disk.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mediaTypeOf, type BuiltFile, type FileTable } from './app-protocol.ts';

/** Every file below a folder by URL path. */
export async function readFileTable(folder: string): Promise<FileTable> {
  const table = new Map<string, BuiltFile>();
  await collect(folder, '', table);
  return table;
}

async function collect(folder: string, prefix: string, table: Map<string, BuiltFile>): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await collect(path, `${prefix}/${entry.name}`, table);
    else if (entry.isFile())
      table.set(`${prefix}/${entry.name}`, {
        bytes: new Uint8Array(await readFile(path)),
        type: mediaTypeOf(entry.name),
      });
  }
}
