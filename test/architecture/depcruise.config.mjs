// dependency-cruiser rules made from the room table; run by `npm run check:rooms`.
import { DEBT, ROOMS } from './rooms.mjs';

const escape = text => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
const isTest = '\\.test(-d)?\\.tsx?$';

const roomRules = ROOMS.map(({ room, imports }) => ({
  name: `room ${room}`,
  severity: 'error',
  comment: `${room} may import only: ${imports.join(', ') || 'nothing'}`,
  from: {
    path: `^${escape(room)}/`,
    pathNot: [isTest, ...DEBT.filter(debt => debt.room === room).map(debt => `^${escape(debt.file)}$`)],
  },
  to: {
    path: '^(shared|renderer|electron|cli|test)/',
    pathNot: [room, ...imports].map(other => `^${escape(other)}/`),
  },
}));

const npmRules = ROOMS.map(({ room, npm, node }) => ({
  name: `libraries of ${room}`,
  severity: 'error',
  comment: `${room} may use only: ${Object.keys(npm).join(', ') || 'no library'}`,
  from: { path: `^${escape(room)}/`, pathNot: isTest },
  to: {
    dependencyTypes: [
      'npm',
      'npm-dev',
      'npm-optional',
      'npm-peer',
      'npm-no-pkg',
      'npm-unknown',
      'unknown',
      'undetermined',
      ...(node ? [] : ['core']),
    ],
    pathNot: Object.keys(npm).map(name => `(^|node_modules/)${escape(name)}(/|$)`),
  },
}));

const NETWORK = '^(node:)?(http|https|http2|net|tls|dgram|dns|dns/promises|undici)$';

export default {
  forbidden: [
    ...roomRules,
    ...npmRules,
    {
      name: 'no circles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [isTest, '\\.d\\.ts$', '(^|/)(main|launch|preload|empty-module)\\.(tsx?|mjs)$'],
      },
      to: {},
    },
    {
      name: 'no network',
      severity: 'error',
      comment: 'cli/serve.ts is the one loopback server',
      from: { path: '^(shared|renderer|electron|cli)/', pathNot: ['^cli/serve\\.ts$', isTest] },
      to: { path: NETWORK },
    },
    {
      name: 'room to room only through the URL and data',
      severity: 'error',
      from: { path: '^renderer/rooms/([^/]+)/' },
      to: { path: '^renderer/rooms/([^/]+)/', pathNot: '^renderer/rooms/$1/' },
    },
    {
      name: 'product never imports tests',
      severity: 'error',
      from: { path: '^(shared|renderer|electron|cli)/', pathNot: isTest },
      to: { path: '^test/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|build|\\.tsbuild)/' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
      conditionNames: ['import', 'default'],
    },
  },
};
