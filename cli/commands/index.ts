// Every command, in the order of `--help`.
import { audit } from './audit.ts';
import { check } from './check.ts';
import { collectionScript } from './collection-script.ts';
import type { Command } from './command.ts';
import { connectivity } from './connectivity.ts';
import { diff } from './diff.ts';
import { explain } from './explain.ts';
import { inspect } from './inspect.ts';
import { inventory } from './inventory.ts';
import { probe } from './probe.ts';
import { registerTemplateCommand } from './register-template.ts';
import { replay } from './replay.ts';
import { report } from './report.ts';
import { requests } from './requests.ts';
import { verify } from './verify.ts';

/** The commands. */
export const COMMANDS: readonly Command[] = [
  inspect,
  inventory,
  connectivity,
  probe,
  explain,
  replay,
  diff,
  check,
  report,
  audit,
  verify,
  requests,
  registerTemplateCommand,
  collectionScript,
];
