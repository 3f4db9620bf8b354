// Tickets for files: the window holds a random ticket, main alone knows the path behind it.
import { randomBytes } from 'node:crypto';

/** Files of this run by ticket. */
export interface FileTickets {
  /** The ticket of a path; the same path keeps its ticket. */
  give(path: string): string;
  pathOf(ticket: string): string | undefined;
}

/** An empty set of tickets. */
export function makeFileTickets(random: () => string = () => randomBytes(16).toString('hex')): FileTickets {
  const paths = new Map<string, string>();
  return {
    give(path) {
      for (const [ticket, known] of paths) if (known === path) return ticket;
      const ticket = random();
      paths.set(ticket, path);
      return ticket;
    },
    pathOf: ticket => paths.get(ticket),
  };
}
