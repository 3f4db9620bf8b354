// Prints the room table of ARCHITECTURE.md from the data; run directly, it rewrites the page.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ROOMS } from './rooms.mjs';

/** The table in Markdown. */
export function roomTable() {
  const rows = ROOMS.map(({ room, holds, imports, npm }) => {
    const libraries = Object.entries(npm).map(([name, why]) => `\`${name}\` (${why})`);
    return `| \`${room}\` | ${holds} | ${shorten(imports)} | ${libraries.join('; ') || '-'} |`;
  });
  return ['| Room | Holds | May import | Libraries, and why |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  );
}

function shorten(imports) {
  const shared = imports.filter(name => name.startsWith('shared/'));
  if (shared.length === ROOMS.filter(({ room }) => room.startsWith('shared/')).length)
    return ['all of shared', ...imports.filter(name => !shared.includes(name))].join(', ');
  return imports.map(name => name.replace('shared/', '')).join(', ') || 'nothing';
}

/** The page with the table in its place. */
export function withRoomTable(page) {
  return page.replace(
    /<!-- rooms -->[\s\S]*<!-- \/rooms -->/,
    `<!-- rooms -->\n\n<!-- prettier-ignore-start -->\n\n${roomTable()}\n\n<!-- prettier-ignore-end -->\n\n<!-- /rooms -->`,
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const path = fileURLToPath(new URL('../../ARCHITECTURE.md', import.meta.url));
  writeFileSync(path, withRoomTable(readFileSync(path, 'utf8')));
}
