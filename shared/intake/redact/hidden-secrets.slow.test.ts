// Two thousand secrets among ten thousand look-alikes, drawn anew for each of several seeds; the table of places with
// what was missed and what was masked in vain is printed.
import { expect, it } from 'vitest';
import { drawSecrets } from '../../../test/generate/secrets/drawn-secrets.ts';
import { importing } from '../../../test/fixtures/importing.ts';
import { printSearch, searchStored } from '../../../test/fixtures/secret-search.ts';

it.each([1, 2, 3, 4, 5])(
  'of 2,000 secrets among 10,000 look-alikes nearly all are masked, with seed %i',
  async seed => {
    const drawn = drawSecrets(seed, 2_000, 10_000);
    const { stored } = await importing(drawn.files);
    const searched = searchStored(drawn, stored);
    console.log(printSearch(searched));
    expect(searched.recall).toBeGreaterThanOrEqual(0.995);
    expect(searched.falseAlarmRate).toBeLessThanOrEqual(0.002);
  },
);
