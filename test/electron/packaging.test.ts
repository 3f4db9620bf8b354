// The packaging file against the schema of the tool that reads it, and the rules it must not break.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';

const configuration = parse(readFileSync('electron-builder.yml', 'utf8')) as Record<string, unknown>;
const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
  string,
  Record<string, string>
>;

async function faults(candidate: unknown): Promise<string | undefined> {
  const { validateConfiguration } =
    (await import('app-builder-lib/out/util/config/config.js')) as unknown as {
      validateConfiguration: (
        configuration: unknown,
        log: { isEnabled: boolean; add(): void },
      ) => Promise<void>;
    };
  return validateConfiguration(candidate, { isEnabled: false, add: () => undefined }).then(
    () => undefined,
    (error: unknown) => String(error),
  );
}

describe('packaging', () => {
  it('is understood by electron-builder, which refuses a misspelt fuse', async () => {
    expect(await faults(configuration)).toBeUndefined();
    const fuses = { ...(configuration['electronFuses'] as object), runAsNod: false };
    expect(await faults({ ...configuration, electronFuses: fuses })).toContain('electronFuses');
  });

  it('never publishes or updates itself, and turns off every way into Node', () => {
    expect(configuration['publish']).toBeNull();
    expect(configuration['electronFuses']).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      onlyLoadAppFromAsar: true,
      grantFileProtocolExtraPrivileges: false,
    });
    expect(Object.keys({ ...packageJson['dependencies'], ...packageJson['devDependencies'] })).not.toContain(
      'electron-updater',
    );
  });

  it('pins the Electron that the types come from', () => {
    expect(configuration['electronVersion']).toBe(packageJson['devDependencies']?.['electron']);
  });
});
