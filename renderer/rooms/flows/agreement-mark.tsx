// The mark of an agreement.
import type { ReactElement } from 'react';
import { Mark } from '../../kit/mark.tsx';
import { agreementWord, type Agreement } from './agreement.ts';

/** Icon and word. */
export function AgreementMark({ agreement }: { readonly agreement: Agreement }): ReactElement {
  const tone = agreement === 'agree' ? 'none' : agreement === 'contradict' ? 'bad' : 'warn';
  const icon = agreement === 'agree' ? 'allow' : agreement === 'contradict' ? 'warning' : 'question';
  return (
    <Mark icon={icon} tone={tone}>
      {agreementWord(agreement)}
    </Mark>
  );
}
