// The project that is deployed: its repository, and its pipeline from a change to production.
// It must never know what the test expects of it.
import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { SPEED } from './platform.ts';

const FILES = fileURLToPath(new URL('./shop', import.meta.url));
const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@onceward.invalid'];
/** Half a minute of the service's own time. */
const INTERVAL_MS = 30_000 / SPEED;
/** Six minutes of it: three more than a leaking version lasts. */
const MEASUREMENTS = 12;

export interface ShopPlaces {
  /** Registry and repository of the images. */
  image: string;
  platform: string;
  production: string;
  /** File that holds a line for each build. */
  builds: string;
}

/** An incident's item is left to people. */
export function shopPipeline({ image, platform, production, builds }: ShopPlaces): string {
  const deploy = (environment: string) => `
      environment: ${environment}
      image: { name: '${image}', plain: true }
      deploy: { command: node deploy.mjs }
      verify: { command: node verify.mjs }`;
  return `
stages:
  - name: work
    kind: command
    command: 'case $ONCEWARD_ITEM in incident-*) exit 1;; esac; echo $ONCEWARD_ITEM > version.txt && git add -A && git commit -qm "work of $ONCEWARD_ITEM"'
    budgets: { product: 1 }
  - name: land
    kind: merge
    gates: [{ kind: command, command: node --check server.mjs }]
    merge: { admission: none }
  - name: staging
    kind: deploy
    env: { PLATFORM: '${platform}', BUILDS: '${builds}' }
    deploy:${deploy('staging')}
      build: { command: sh build.sh }
  - name: production
    kind: deploy
    env: { PLATFORM: '${platform}' }
    deploy:${deploy('production')}
      requires: staging
      watch:
        probes:
          - { kind: http, name: answers, url: '${production}', contains: '{digest}', initialDelayMs: 0, intervalMs: ${INTERVAL_MS}, count: ${MEASUREMENTS}, failureLimit: 1 }
      reaction: { rollback: automatic, freezeQueue: true, openItem: true }
`;
}

/** Brings the project's first commit onto main. */
export async function seedShop(remote: string): Promise<void> {
  const folder = join(temporaryDirectory(), 'seed');
  const git = (...args: string[]) => execa('git', ['-C', folder, ...IDENTITY, ...args]);
  await execa('git', ['clone', '-q', remote, folder]);
  for (const file of readdirSync(FILES)) copyFileSync(join(FILES, file), join(folder, file));
  writeFileSync(join(folder, 'version.txt'), 'seed\n');
  await git('add', '--all');
  await git('commit', '-q', '-m', 'the shop');
  await git('push', '-q', 'origin', 'HEAD:main');
}
