// The four signatures of a package: three CMS and one DSSE, each in our one form, all by the same certificate chain,
// which the typed manifest states too. A chain that stands in several places cannot be altered in one.
import { compareText } from '../../base/order.ts';
import type { Instant } from '../../base/brand.ts';
import { printProblem } from '../../base/result.ts';
import type { Digests } from '../../base/digest.ts';
import { verifyDetached, type CmsFacts } from '../verify-cms.ts';
import { isIssuedBy, signingObstacle, type CertificateFacts } from '../x509.ts';
import type { Checklist } from '../verification-report.ts';
import type { PackageFacts } from './facts.ts';
import { NAMES } from './layout.ts';
import type { ReadPackage } from './read-package.ts';
import { verifyStatement } from './statement.ts';
import { statementSubjects } from './write-package.ts';

const DETACHED = [
  { id: 'signature', signature: NAMES.asicSignature, content: NAMES.asicManifest },
  { id: 'manifest-signature', signature: NAMES.manifestSignature, content: NAMES.manifest },
  { id: 'checkpoint-signature', signature: NAMES.checkpointSignature, content: NAMES.checkpoint },
] as const;

/** Who signed a package. */
export interface PackageSigner {
  readonly certificate: CertificateFacts;
  readonly certificates: readonly CertificateFacts[];
}

/** Checks all signatures and returns the signer of the first right one. */
export async function checkSignatures(
  read: ReadPackage,
  digests: Digests,
  list: Checklist,
): Promise<PackageSigner | undefined> {
  const signers: CmsFacts[] = [];
  for (const { id, signature, content } of DETACHED) {
    const [cms, text] = [read.kept.get(signature), read.kept.get(content)];
    if (cms === undefined || text === undefined) {
      list.add(id, '', [`${cms === undefined ? signature : content} is missing`]);
      continue;
    }
    const verified = await verifyDetached(cms, [text]);
    const fault = verified.ok
      ? verified.value.canonical
        ? undefined
        : 'the signature structure was altered around its signed part'
      : printProblem(verified.problem);
    list.add(id, `${signature} signs ${content}`, fault === undefined ? [] : [`${signature}: ${fault}`]);
    if (verified.ok) signers.push(verified.value);
  }
  const [first] = signers;
  if (first === undefined) {
    list.add('signer', '', [`No right signature says who sealed the package`]);
    return undefined;
  }
  await checkStatement(read, digests, first.signer, list);
  await checkOneSigner(read.facts, signers, first, list);
  return { certificate: first.signer, certificates: first.certificates };
}

async function checkStatement(
  read: ReadPackage,
  digests: Digests,
  signer: CertificateFacts,
  list: Checklist,
): Promise<void> {
  const text = (path: string) => new TextDecoder().decode(read.kept.get(path) ?? new Uint8Array());
  const facts = read.facts;
  const expected = {
    case: facts?.case ?? '',
    at: facts?.at ?? '',
    version: facts?.version ?? '',
    subjects: statementSubjects(digests, text(NAMES.manifest), text(NAMES.asicManifest)),
  };
  const result = await verifyStatement(text(NAMES.statement), expected, signer);
  const faults = result.ok ? [] : [`${NAMES.statement}: ${printProblem(result.problem)}`];
  list.add('statement', `${NAMES.statement} signs both manifests`, faults);
}

async function checkOneSigner(
  facts: PackageFacts | undefined,
  signers: readonly CmsFacts[],
  first: CmsFacts,
  list: Checklist,
): Promise<void> {
  const chainOf = (cms: CmsFacts) =>
    cms.certificates
      .map(one => one.fingerprint)
      .sort(compareText)
      .join(' ');
  const faults: string[] = [];
  if (
    signers.some(
      cms => cms.signer.fingerprint !== first.signer.fingerprint || chainOf(cms) !== chainOf(first),
    )
  )
    faults.push('The signatures of the package are not all by the same signer and chain');
  if (facts !== undefined) {
    const { certificates, subject } = facts.signer;
    const same = [...certificates].sort(compareText).join(' ') === chainOf(first);
    if (!same || certificates[0] !== first.signer.fingerprint || subject !== first.signer.subject)
      faults.push(`${NAMES.packageFacts} names another signer than signed the package`);
    const obstacle = signingObstacle(first.signer, facts.at);
    if (obstacle !== undefined) faults.push(`${NAMES.asicSignature}: ${obstacle}`);
  }
  faults.push(...(await chainFaults(first)));
  list.add('signer', `${first.signer.subject}, ${first.signer.fingerprint}`, faults);
}

/** A certificate whose issuer stands beside it must be issued by it. */
async function chainFaults(cms: CmsFacts): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const one of cms.certificates) {
    const issuers = cms.certificates.filter(other => other.subjectKey === one.issuerKey);
    const issued = await Promise.all(issuers.map(issuer => isIssuedBy(one, issuer)));
    if (issuers.length > 0 && !issued.includes(true))
      faults.push(`The certificate of ${one.subject} is not signed by the issuer beside it`);
  }
  return faults;
}

/** The time of sealing must not lie in the future. */
export function futureFault(at: Instant, now: Instant): readonly string[] {
  const DAY = 86_400_000;
  return Date.parse(at) > Date.parse(now) + DAY
    ? [`It claims to be signed at ${at}, which is in the future`]
    : [];
}
