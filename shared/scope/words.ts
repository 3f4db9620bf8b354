// Numbers and lists in sentences.

/** `1 pod`, `2 pods`. */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** What is left to judge, as a sentence to add; nothing when there is none. */
export function leftToAssessor(number: number, one: string, many = `${one}s`): string {
  return number === 0 ? '' : ` ${count(number, one, many)} ${number === 1 ? 'is' : 'are'} for the assessor.`;
}

/** The first names of a list, and how many more there are. */
export function listNames(names: readonly string[], most = 12): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
