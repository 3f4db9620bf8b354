// `vouch collection-script`: writes out what the customer's platform engineer runs to collect a cluster, with the rights
// it needs and a description for whoever reviews it.
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from '../output.ts';
import { writeAll } from '../write-files.ts';
import { EXIT, misuse, type Command } from './command.ts';

const SCRIPT = 'vouch-collect.sh';
const NAMES = [SCRIPT, 'clusterrole.yaml', 'README.md'] as const;

/** The command. */
export const collectionScript: Command = {
  name: 'collection-script',
  usage: '--out DIR',
  does: 'the script with which the customer collects a cluster, the role it needs and its description',
  async run(args) {
    const { out } = args.values;
    if (out === undefined) return misuse('collection-script needs --out DIR');
    const files = await Promise.all(
      NAMES.map(async name => [name, await readFile(assetAt(name), 'utf8')] as const),
    );
    await writeAll(out, files);
    await chmod(join(out, SCRIPT), 0o755);
    if (!args.flags.has('quiet')) for (const name of NAMES) say(`wrote ${join(out, name)}`);
    return EXIT.done;
  },
};

function assetAt(name: string): string {
  return fileURLToPath(new URL(`../../assets/collect/${name}`, import.meta.url));
}
