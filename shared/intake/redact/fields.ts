// Fields that hold secrets wherever they stand in an object: environment, arguments and headers of containers, in pods,
// templates and custom resources alike; parameters of charts, which are written like environment.
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { MaskMember } from './mask.ts';
import { isSecretHeader, isSecretValue, namesSecret, readSecretFlag } from './secret-names.ts';

/** What a request must hold to be matched by a policy or a route: part of a rule. */
const MATCHES = new Set(['headers', 'headerMatches', 'queryParams', 'matches', 'matchExpressions']);

/** Masks environment, arguments, headers and parameters below a value. Depth is the parser's limit. */
export function maskFields(value: JsonValue | undefined, mask: MaskMember): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) maskFields(item, mask);
    return;
  }
  // Objects of very many members are walked by their keys: a list of pairs of them takes seconds.
  for (const key of Object.keys(value)) {
    const member = (value as JsonObject)[key];
    if (typeof member !== 'object') continue;
    if (key === 'env' && Array.isArray(member)) maskEnv(member as readonly JsonValue[], mask);
    else if (key === 'env' && isObject(member)) maskNamed(member, mask);
    else if ((key === 'args' || key === 'command') && Array.isArray(member))
      maskArguments(member as readonly JsonValue[], mask);
    else if (key === 'httpHeaders' && Array.isArray(member))
      maskHeaders(member as readonly JsonValue[], mask);
    else if (Array.isArray(member) && !MATCHES.has(key)) {
      maskEnv(member as readonly JsonValue[], mask);
      maskFields(member, mask);
    } else if (key !== 'managedFields') maskFields(member, mask);
  }
}

function maskEnv(env: readonly JsonValue[], mask: MaskMember): void {
  for (const variable of env.filter(isObject)) {
    const { name, value } = variable;
    if (typeof name === 'string' && namesSecret(name) && isSecretValue(name, scalarText(value)))
      mask(variable, 'value', 'credential');
  }
}

/** Variables as a map, the way charts write them. */
function maskNamed(env: JsonObject, mask: MaskMember): void {
  for (const [name, value] of Object.entries(env))
    if (namesSecret(name) && isSecretValue(name, scalarText(value))) mask(env, name, 'credential');
}

function maskArguments(words: readonly JsonValue[], mask: MaskMember): void {
  words.forEach((word, index) => {
    if (typeof word !== 'string') return;
    const before = words[index - 1];
    const flag = readSecretFlag(word);
    if (flag?.value !== undefined) mask(words, index, 'credential', flag.value);
    else if (flag === undefined && typeof before === 'string' && !word.startsWith('-')) {
      const named = readSecretFlag(before);
      if (named !== undefined && named.value === undefined && isSecretValue(named.name, word))
        mask(words, index, 'credential');
      else maskShortFlag(words, index, before, word, mask);
    }
  });
}

/** `-u user:password` of curl and others, `-a password` of redis-cli; a user and group in numbers is none. */
function maskShortFlag(
  words: readonly JsonValue[],
  index: number,
  flag: string,
  word: string,
  mask: MaskMember,
): void {
  const password = /^[^:/]+:(?!\d+$)(\S{3,})$/.exec(word)?.[1];
  if (/^(?:-u|--user|--proxy-user)$/.test(flag) && password !== undefined)
    mask(words, index, 'credential', password);
  else if (
    flag === '-a' &&
    words.some(other => typeof other === 'string' && /(?:^|\/)redis-cli$/.test(other))
  )
    mask(words, index, 'credential');
}

function maskHeaders(headers: readonly JsonValue[], mask: MaskMember): void {
  for (const header of headers.filter(isObject))
    if (typeof header['name'] === 'string' && isSecretHeader(header['name'])) mask(header, 'value', 'token');
}

function scalarText(value: JsonValue | undefined): string {
  return value === undefined || value === null || typeof value === 'object' ? '' : String(value);
}
