// The fonts of reports, built into a part of the worker that is loaded only when a report is made: no request leaves
// the page for them, not even to its own origin.
import mono from '../../assets/fonts/plex-mono-regular.ttf?inline';
import italic from '../../assets/fonts/plex-sans-italic.ttf?inline';
import regular from '../../assets/fonts/plex-sans-regular.ttf?inline';
import semibold from '../../assets/fonts/plex-sans-semibold.ttf?inline';
import type { ReportFonts } from '../../shared/report/pdf/jspdf-internals.ts';

/** The four faces. */
export function reportFonts(): ReportFonts {
  return {
    regular: bytesOf(regular),
    italic: bytesOf(italic),
    semibold: bytesOf(semibold),
    mono: bytesOf(mono),
  };
}

function bytesOf(dataUrl: string): Uint8Array {
  return Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(',') + 1)), letter => letter.charCodeAt(0));
}
