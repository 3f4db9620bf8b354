// The room table as data: what each folder holds, which rooms it may import, and which npm libraries with one
// line why. dependency-cruiser's rules are made from it, ARCHITECTURE.md prints it, a test keeps both equal.

/** @typedef {{ room: string, holds: string, imports: string[], npm: Record<string, string>, node?: boolean }} Room */

const pure = [
  ['base', [], {}],
  ['archive', ['base'], { '@zip.js/zip.js': 'zip reading and writing in every host, refuses unsafe names' }],
  ['catalogue', ['base'], {}],
  ['model', ['base'], {}],
  [
    'records',
    ['base', 'catalogue'],
    { valibot: 'the engagement file is foreign data when it comes back; parsed by schema, once' },
  ],
  [
    'intake',
    ['base', 'archive', 'model'],
    {
      yaml: 'YAML with source ranges and alias limits',
      saxes: 'XML of spreadsheets, event by event; DTDs and entities are refused',
    },
  ],
  ['policy', ['base', 'model'], {}],
  ['verdict', ['base', 'model', 'policy'], {}],
  ['scope', ['base', 'model', 'policy', 'verdict', 'records'], {}],
  ['checks', ['base', 'catalogue', 'records', 'model', 'policy', 'verdict', 'scope'], {}],
  ['evidence', ['base', 'catalogue', 'records', 'model', 'scope', 'checks'], {}],
  [
    'report',
    ['base', 'catalogue', 'records', 'model', 'policy', 'scope', 'verdict', 'checks', 'evidence'],
    { jspdf: 'writes the PDF; its internals give tags, outline and labels' },
  ],
  [
    'seal',
    ['base', 'archive', 'records', 'report'],
    { pkijs: 'CMS, X.509 and PKCS#12 over WebCrypto, RSA and ECDSA', asn1js: 'ASN.1 under pkijs' },
  ],
  [
    'engagement',
    [
      'base',
      'archive',
      'catalogue',
      'model',
      'records',
      'intake',
      'policy',
      'verdict',
      'scope',
      'checks',
      'evidence',
      'report',
      'seal',
    ],
    {},
  ],
  ['bridge', ['base'], { valibot: 'schemas of the operations, checked at run time without code generation' }],
];

const HOLDS = {
  base: 'result, assert, brands, canonical JSON, digest port, addresses, ports, label selectors, instants, order; `host.d.ts`: the few web APIs every host has',
  archive: 'zip, tar and gzip: reading under hostile limits, writing the same bytes every time',
  catalogue: 'PCI requirements, procedures, old-to-new map: loader and look-up (data in `assets/catalogue`)',
  model: 'the versioned snapshot of a cluster, flows as columns, audit events; how they are built',
  records: 'what people decide: engagement, marks, evidence, tags, findings, custody chain',
  intake: 'recognise, split, redact, one importer per format, diagnostics, coverage',
  policy: 'one folder per dialect; each compiles to the common rule form',
  verdict: 'evaluate a flow with its explanation; reach matrix; replay',
  scope: 'CDE claims and marks, closure, connected-to; decisions with witness',
  checks: 'one file per control check, a registry by stable id',
  evidence: 'requirement state derived from procedures, tags and findings',
  report: 'report as a tree of blocks, its PDF and tables, diagrams as a display list',
  seal: 'manifest, signatures, package writing and strict verification',
  engagement: 'the file format and the use-cases in order; ports (`Clock`, `Store`, `Signer`, `Files`)',
  bridge: 'operation contract and schemas between window and host, nothing else',
};

const shared = pure.map(([name]) => `shared/${name}`);

/** @type {Room[]} */
export const ROOMS = [
  ...pure.map(([name, imports, npm]) => ({
    room: `shared/${name}`,
    holds: HOLDS[name],
    imports: imports.map(other => `shared/${other}`),
    npm,
  })),
  {
    room: 'renderer/kit',
    holds: 'our controls and tokens: no domain words',
    imports: [],
    npm: {
      react: 'the view library',
      '@tanstack/react-virtual': 'only visible rows are drawn',
      '@codemirror/state': 'the editor for policies, its text and changes',
      '@codemirror/view': 'the editor itself, in a shadow root for the sake of the content policy',
      '@codemirror/commands': 'its keys, and undo',
      '@codemirror/language': 'syntax trees and their colours',
      '@codemirror/lang-yaml': 'the YAML grammar',
      '@codemirror/lint': 'findings at their lines',
      '@lezer/highlight': 'names of what the grammar tells apart',
    },
  },
  {
    room: 'renderer/data',
    holds: 'Dexie schema, repositories, selectors, worker client, bridges',
    imports: shared,
    npm: {
      dexie: 'IndexedDB with versions and transactions',
      '@noble/hashes': 'SHA-256 that can run on, where WebCrypto cannot',
      react: 'hooks over the store',
    },
  },
  {
    room: 'renderer/rooms',
    holds: 'one screen each; never another room',
    imports: ['renderer/kit', 'renderer/data', ...shared],
    npm: { react: 'the view library' },
  },
  {
    room: 'renderer/shell',
    holds: 'frame, router, commands, palette, theme, wiring of rooms',
    imports: ['renderer/rooms', 'renderer/kit', 'renderer/data', ...shared],
    npm: { react: 'the view library', 'react-dom': 'its browser half' },
  },
  {
    room: 'renderer/workers',
    holds: 'message shell around shared functions; reads and writes stored files through data',
    imports: ['renderer/data', ...shared],
    npm: {},
  },
  {
    room: 'electron',
    holds: 'main, window, lockdown, app protocol, handlers, preload',
    imports: ['shared/base', 'shared/bridge', 'shared/seal', 'shared/engagement'],
    npm: { electron: 'the desktop host' },
    node: true,
  },
  {
    room: 'cli',
    holds: 'argument parsing, printing, exit codes; node makers of the ports; the loopback server',
    imports: [...shared, 'electron'],
    npm: {
      yaml: 'an engagement may be kept as YAML',
      rolldown: 'bundles command line and desktop host (development only)',
      vite: 'builds the window (development only)',
    },
    node: true,
  },
];

/** Imports allowed against the table, each with its reason. The list may only shrink. */
export const DEBT = [];
