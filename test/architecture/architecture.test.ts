// The house as written and the house as built are one: the room table, the folders, the ids of checks, the words.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ROOMS } from './rooms.mjs';
import { withRoomTable } from './room-table.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(root + path, 'utf8');

function sources(folder: string): string[] {
  if (!existsSync(root + folder)) return [];
  return readdirSync(root + folder).flatMap(name => {
    const path = `${folder}/${name}`;
    if (statSync(root + path).isDirectory()) return sources(path);
    return /\.(ts|tsx|mjs)$/.test(name) ? [path] : [];
  });
}
const product = ['shared', 'renderer', 'electron', 'cli'].flatMap(sources);

describe('the house', () => {
  it('is described in ARCHITECTURE.md exactly as the room table says', () => {
    const page = read('ARCHITECTURE.md');
    expect(withRoomTable(page)).toBe(page);
  });

  it('has no folder without a room and no room without a line', () => {
    const folders = readdirSync(`${root}shared`).map(name => `shared/${name}`);
    const rooms = ROOMS.map(({ room }) => room);
    expect(folders.filter(folder => !rooms.includes(folder))).toEqual([]);
    expect(rooms.filter(room => sources(room).length === 0)).toEqual([]);
  });

  it('opens every file with what it is', () => {
    const bare = product.filter(path => !/^(#!.*\n)?\s*(\/\/|\/\*)/.test(read(path)));
    expect(bare).toEqual([]);
  });

  it('keeps the slow readings of the texts apart from the product', () => {
    const readings = sources('test/oracle');
    const imports = readings.flatMap(path =>
      [...read(path).matchAll(/from '([^']+)'/g)].map(([, name = '']) => `${path}: ${name}`),
    );
    expect(readings.length).toBeGreaterThan(4);
    expect(imports.filter(line => !/: \.\/[a-z-]+\.ts$/.test(line))).toEqual([]);
  });

  it('has no channel string outside the bridge and the preload', () => {
    const loose = product.filter(
      path =>
        /['"`]vouch:\S/.test(read(path)) &&
        !path.startsWith('shared/bridge/') &&
        path !== 'electron/preload.ts' &&
        !path.endsWith('.test.ts'),
    );
    expect(loose).toEqual([]);
  });

  it('names the file of a check by its id', () => {
    const named = sources('shared/checks').filter(path => /\/s\d+-\d+\.ts$/.test(path));
    for (const path of named) {
      const id = /\/(s\d+-\d+)\.ts$/.exec(path)?.[1]?.toUpperCase() ?? '';
      expect(read(path)).toContain(`'${id}'`);
    }
    expect(named.length).toBeGreaterThan(0);
  });

  it('documents every exported type and function of the core', () => {
    const undocumented = sources('shared')
      .filter(path => !/\.test(-d)?\.ts$/.test(path) && !path.endsWith('.d.ts'))
      .flatMap(path => {
        const lines = read(path).split('\n');
        return lines.flatMap((line, index) =>
          /^export (async )?(function|interface|type|const|class) /.test(line) &&
          !/\*\/$/.test(lines[index - 1] ?? '')
            ? [`${path}:${index + 1} ${line.slice(0, 60)}`]
            : [],
        );
      });
    expect(undocumented).toEqual([]);
  });
});
