// What `helm get all` and `helm install --dry-run` print around manifests: release facts, values, notes. They are blanked,
// character for character, so that the manifests and hooks between them parse at their own lines.

const HEADINGS =
  /^(?:USER-SUPPLIED VALUES|COMPUTED VALUES|HOOKS|MANIFEST|NOTES):[ \t]*(?:null|\{\})?[ \t]*\r?$/gm;

/** The text with everything blank that is neither a manifest nor a hook; any other text as it is. */
export function withoutHelmHeadings(text: string): string {
  if (!/^(?:NAME|USER-SUPPLIED VALUES|HOOKS): ?/.test(text) || !/^MANIFEST:/m.test(text)) return text;
  const headings = [...text.matchAll(HEADINGS)];
  const [first] = headings;
  if (first === undefined) return text;
  let out = blank(text.slice(0, first.index));
  headings.forEach((heading, index) => {
    const end = headings[index + 1]?.index ?? text.length;
    const body = heading.index + heading[0].length;
    const isKept = /^(?:HOOKS|MANIFEST)/.test(heading[0]);
    out += blank(text.slice(heading.index, body));
    out += isKept ? text.slice(body, end) : blank(text.slice(body, end));
  });
  return out;
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, ' ');
}
