// Engagement files met among evidence: recognised by their schema, handed on unparsed.
import { isObject } from '../../base/json.ts';
import type { DocumentFormat } from './format.ts';

/** Files of schema `vouch.engagement/...`. */
export const ENGAGEMENT: DocumentFormat = {
  name: 'engagement',
  recognise: value =>
    isObject(value) && typeof value['schema'] === 'string' && value['schema'].startsWith('vouch.engagement/')
      ? `schema ${value['schema']}`
      : undefined,
  read: (document, _place, into) => {
    if (isObject(document.value)) into.engagement(document.value);
    return 1;
  },
};
