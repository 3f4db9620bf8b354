// Which names announce a secret: environment variables, keys, annotations, command-line flags. Words that only sound
// alike (PATH, COMPATIBLE, --token-ttl) do not.

const LONG_NAME =
  /pass(?:word|wd|phrase)|secret|token|credential|api[_-]?key|private[_-]?key|access[_-]?key|connection[_-]?string/i;
const SHORT_NAMES = new Set(['pass', 'pwd', 'key', 'cred', 'creds', 'dsn', 'conn', 'auth', 'sas', 'pat']);
const PLACE_NAME = /(?:[_-]?(?:file|path|dir|ttl|name|url|header|mode|timeout|seconds|enabled|version))$/i;

/** Whether a name (of an environment variable, a key, an annotation) says that its value is a secret. */
export function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return LONG_NAME.test(name) || words.some(word => SHORT_NAMES.has(word));
}

/** Whether a value under such a name is one: switches, references and paths under a name for paths are none. */
export function isSecretValue(name: string, value: string): boolean {
  const bare = value.trim();
  if (bare === '' || /^(?:true|false|yes|no|null|none)$/i.test(bare) || /^\$\([\w.-]+\)$/.test(bare))
    return false;
  return !(PLACE_NAME.test(name) && (/^[./]?[\w./-]*$/.test(bare) || /^\d+[a-z]*$/.test(bare)));
}

const FLAG =
  /^(--?[\w-]*(?:pass(?:word|wd|phrase)?|pwd|secret|token|api-?key|credential)[\w-]*)(?:([= ])(.+))?$/is;

/** A flag that takes a secret, with the value where it stands in the same word. */
export function readSecretFlag(word: string): { readonly name: string; readonly value?: string } | undefined {
  const match = FLAG.exec(word);
  const name = match?.[1];
  if (match === null || name === undefined || (match[3] === undefined && PLACE_NAME.test(name)))
    return undefined;
  const value = match[3];
  if (value === undefined) return { name };
  return isSecretValue(name, value) && !/^\//.test(value) ? { name, value } : undefined;
}
