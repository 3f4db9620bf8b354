// Files as browsers hand them over: from a file input, or dropped, folders walked. Paths are relative, with `/`.
import type { AddedFile } from './core-protocol.ts';

/** Files chosen in an input; the input is emptied so that the same file can be chosen again. */
export function filesOfList(input: HTMLInputElement): readonly AddedFile[] {
  const files = [...(input.files ?? [])].map(file => ({
    path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath,
    file,
  }));
  input.value = '';
  return files;
}

/** Files of a drop, with those in dropped folders. */
export async function filesOfDrop(data: DataTransfer): Promise<readonly AddedFile[]> {
  const entries = [...data.items].map(item => item.webkitGetAsEntry()).filter(entry => entry !== null);
  const loose = [...data.files];
  if (entries.length === 0) return loose.map(file => ({ path: file.name, file }));
  return (await Promise.all(entries.map(walk))).flat();
}

async function walk(entry: FileSystemEntry): Promise<readonly AddedFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: AddedFile[] = [];
  for (;;) {
    // A reader gives a folder in batches; an empty batch is its end.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return found;
    for (const child of batch) found.push(...(await walk(child)));
  }
}
