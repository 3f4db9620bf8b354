// Prints what the simulator was held to: one line per set of foreign answers, how many of them it gave exactly. Sets that
// are absent are left to the tests themselves, which say so.
import 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

declare module 'vitest' {
  interface TaskMeta {
    /** How many foreign answers the test compares; absent = one. */
    answers?: number;
  }
}

interface Line {
  exact: number;
  all: number;
}

/** Counts the tests of `test/conformance` whose suite is named `set: what`. */
export class ConformanceTable implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = new Map<string, Line>();
    for (const module of modules.filter(one => one.moduleId.includes('/test/conformance/'))) {
      for (const test of module.children.allTests()) {
        const suite = test.parent.type === 'suite' ? test.parent.name : '';
        const state = test.result().state;
        if (!/^[a-z-]+: /.test(suite) || state === 'skipped' || state === 'pending') continue;
        const line = lines.get(suite) ?? { exact: 0, all: 0 };
        const answers = test.meta().answers ?? 1;
        line.all += answers;
        if (state === 'passed') line.exact += answers;
        lines.set(suite, line);
      }
    }
    if (lines.size === 0) return;
    const names = [...lines.keys()].sort();
    const width = Math.max(...names.map(name => name.length));
    const rows = names.map(name => {
      const { exact, all } = lines.get(name) ?? { exact: 0, all: 0 };
      return `  ${name.padEnd(width)}  ${String(exact).padStart(5)} of ${String(all).padStart(5)}${exact === all ? '' : '  NOT EXACT'}`;
    });
    process.stdout.write(`\nForeign answers given exactly\n${rows.join('\n')}\n`);
  }
}
