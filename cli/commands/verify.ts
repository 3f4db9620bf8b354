// `vouch verify`: a package or a signed PDF; integrity and signer are reported apart.
import { open, readFile } from 'node:fs/promises';
import type { VerificationReport } from '../../shared/seal/verification-report.ts';
import { verifyFile } from '../../shared/seal/verify-file.ts';
import { readCertificates } from '../../shared/seal/x509.ts';
import { nowOf } from '../load.ts';
import { nodeDigests, nodeNow } from '../node-host.ts';
import { writeJson, writeOut } from '../output.ts';
import { EXIT, misuse, refuse, type Command } from './command.ts';

/** The command. */
export const verify: Command = {
  name: 'verify',
  usage: 'FILE [--trust CA.pem] [--format table|json]',
  does: 'check a package or a signed report: structure, digests, custody, signatures',
  async run(args) {
    const [path, ...others] = args.positionals;
    if (path === undefined || others.length > 0) return misuse('verify needs exactly one FILE');
    if (args.flags.has('recompute')) return misuse('verify --recompute is not built yet');
    const now = nowOf(args);
    if (!now.ok) return refuse(now.problem);
    const trustPath = args.values['trust'];
    const trust =
      trustPath === undefined ? undefined : await readFile(trustPath).catch(() => 'missing' as const);
    if (trust === 'missing')
      return refuse({ code: 'usage.path', message: 'No such certificate', file: trustPath ?? '' });
    const trusted = trust === undefined ? undefined : await readCertificates(new Uint8Array(trust));
    if (trusted?.ok === false)
      return refuse({ ...trusted.problem, code: 'usage.trust', file: trustPath ?? '' });
    const file = await open(path).catch(() => undefined);
    if (file === undefined) return refuse({ code: 'usage.path', message: 'No such file', file: path });
    try {
      const { size } = await file.stat();
      const report = await verifyFile(
        {
          size,
          read: async (offset, length) => {
            const bytes = new Uint8Array(length);
            const { bytesRead } = await file.read(bytes, 0, length, offset);
            return bytes.subarray(0, bytesRead);
          },
        },
        {
          digests: nodeDigests,
          at: now.value ?? nodeNow(),
          ...(trusted === undefined ? {} : { trust: trusted.value }),
        },
      );
      if (args.values['format'] === 'json') await writeJson(report);
      else
        await writeOut(
          [
            ...report.checks.map(
              check => `${check.ok ? 'ok    ' : 'FAILED'}  ${check.id.padEnd(28)}  ${check.detail}`,
            ),
            verdictOf(report),
            '',
          ].join('\n'),
        );
      return report.ok ? EXIT.done : EXIT.unverified;
    } finally {
      await file.close();
    }
  },
};

function verdictOf(report: VerificationReport): string {
  if (!report.ok) return 'NOT INTACT';
  const signer = report.signer === undefined ? '' : ` (${report.signer.subject})`;
  switch (report.trust) {
    case 'trusted':
      return `intact; signer trusted${signer}`;
    case 'untrusted':
      return `intact; signer NOT trusted${signer}`;
    default:
      return `intact; signer unproven${signer}`;
  }
}
