// Light or dark: what the person chose, else what the system says. Kept in this browser only.
const KEY = 'vouch.theme';

/** The themes. */
export type Theme = 'light' | 'dark';

/** The theme to start with. */
export function firstTheme(): Theme {
  const kept = localStorage.getItem(KEY);
  if (kept === 'light' || kept === 'dark') return kept;
  return window.matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
}

/** Puts a theme on the page; `keep` makes it the person's choice. */
export function applyTheme(theme: Theme, keep: boolean): void {
  document.documentElement.dataset['theme'] = theme;
  if (keep) localStorage.setItem(KEY, theme);
}

/** Changes to the other theme and keeps it. */
export function toggleTheme(): void {
  applyTheme(document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark', true);
}
