// The scope categories of the PCI SSC guidance, kept with the records because people decide them.

/** `undetermined` when the files cannot show it. */
export type ScopeCategory = 'cde' | 'security-impacting' | 'connected' | 'out-of-scope' | 'undetermined';
