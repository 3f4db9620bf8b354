// A text as one of the customer's lists: the delimiter is the one under which its columns are recognised.
import { DELIMITERS, readCsv, statedDelimiter, type Delimiter } from '../table/read-csv.ts';
import { recogniseRegister, type ColumnMapping, type RegisterRecognition } from './recognise-register.ts';

/** A text's delimiter and what it is under it. */
export interface CsvRecognition {
  readonly delimiter: Delimiter;
  readonly recognition: RegisterRecognition;
}

/** Recognises the beginning of a text. */
export function recogniseCsv(start: string, mappings: readonly ColumnMapping[] = []): CsvRecognition {
  const stated = statedDelimiter(start);
  const tried = (stated === undefined ? DELIMITERS : [stated]).map(delimiter => ({
    delimiter,
    recognition: recogniseRegister(readCsv(start, delimiter), mappings),
  }));
  return tried.reduce((one, other) => (weight(other.recognition) > weight(one.recognition) ? other : one));
}

/** Recognised before doubtful before unknown; among equals the one with more columns. */
function weight(recognition: RegisterRecognition): number {
  switch (recognition.outcome) {
    case 'recognised':
      return 3_000_000 + recognition.register.fields.filter(field => field !== undefined).length;
    case 'ambiguous':
      return 2_000_000 + recognition.header.cells.length;
    case 'unknown':
      return 1_000_000 + recognition.header.cells.length;
    case 'none':
      return 0;
  }
}
