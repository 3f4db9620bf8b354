// A blank list to hand to the customer: title, one line of explanation, and the names that are recognised again when
// the filled list comes back.
import { printCsv } from '../../base/csv.ts';
import type { RegisterKind } from '../../model/register.ts';
import { columnsOf } from './headers.ts';
import { REGISTERS } from './kinds.ts';

/** The template of a kind as CSV. */
export function registerTemplate(kind: RegisterKind): string {
  const { title, requirements } = REGISTERS[kind];
  const columns = [...columnsOf(kind).values()];
  return printCsv(
    [`${title} (PCI DSS ${requirements.join(', ')})`],
    [columns.map(({ about, type }) => `${about}${FORMS[type]}`), columns.map(({ header }) => header)],
  );
}

const FORMS: Readonly<Record<string, string>> = { date: ' (YYYY-MM-DD)', 'yes-no': ' (yes or no)' };
