// `vouch register-template KIND`: a blank list for the customer, with the columns that are recognised when it comes back.
import { REGISTER_KINDS } from '../../shared/intake/registers/kinds.ts';
import { registerTemplate } from '../../shared/intake/registers/register-template.ts';
import { writeOut } from '../output.ts';
import { EXIT, misuse, type Command } from './command.ts';

/** The command. */
export const registerTemplateCommand: Command = {
  name: 'register-template',
  usage: REGISTER_KINDS.join('|'),
  does: 'a blank list for the customer as CSV',
  async run(args) {
    const kind = REGISTER_KINDS.find(one => one === args.positionals[0]);
    if (kind === undefined) return misuse(`register-template needs one of ${REGISTER_KINDS.join(', ')}`);
    await writeOut(registerTemplate(kind));
    return EXIT.done;
  },
};
