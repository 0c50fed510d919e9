// Puts the stand-ins in the place of the adapters that no port covers: processes and files. It must run before
// anything that imports those is loaded, so whoever uses it imports the rest of the simulation afterwards.
import { register } from 'node:module';

const STEPS = ['assess', 'build', 'check', 'deploy', 'measure', 'promote', 'roll-back'];
const REPLACED = [
  'transport/process/process-group.ts',
  'transport/process/leftover.ts',
  'transport/process/strays.ts',
  'transport/process/output-log.ts',
  'services/workers/launch.ts',
  'services/workers/workspace.ts',
  'services/workers/regular-file.ts',
  'services/workers/gates/command.ts',
];

/** Runs in the thread of the loader, which reads no TypeScript. */
const HOOKS = `
  let replaced;
  export async function initialize(data) { replaced = new Map(data); }
  export async function resolve(specifier, context, nextResolve) {
    const resolved = await nextResolve(specifier, context);
    const url = replaced.get(resolved.url.split('?')[0]);
    return url === undefined ? resolved : { ...resolved, url, shortCircuit: true };
  }
`;

/** From now on whoever imports one of these files gets its stand-in. */
export function loadStandIns(): void {
  const pairs = [
    ...REPLACED.map((path) => [path, path.slice(path.lastIndexOf('/') + 1)]),
    ...STEPS.map((name) => [`services/workers/deploying/steps/${name}.ts`, 'deploying-steps.ts']),
  ];
  const data = pairs.map(([path, standIn]) => [
    new URL(`../../${path}`, import.meta.url).href,
    new URL(`./stand-ins/${standIn}`, import.meta.url).href,
  ]);
  register(`data:text/javascript,${encodeURIComponent(HOOKS)}`, { data });
}
