// The project of the forty items: a remote that holds its first commit, and what stands around the repository.
// It must never put into the repository what only the test knows: plan, marks and faults lie outside of it.
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { PAIRS_OF_A_KIND, type PlannedItem } from './shop-plan.ts';

const IDENTITY = ['-c', 'user.name=test', '-c', 'user.email=test@onceward.invalid'];
const DEVELOPER = fileURLToPath(new URL('./shop/developer.mjs', import.meta.url));
const CHECK = fileURLToPath(new URL('./shop/check.mjs', import.meta.url));

/** Outside of every repository: the plan, the faults still to come, and how often what was tested. */
export interface Lab {
  folder: string;
  /** Lines of YAML. */
  pipeline(batchSize: number): string;
}

export function makeLab(): Lab {
  const folder = temporaryDirectory();
  for (const name of ['first', 'marks', 'faults']) mkdirSync(join(folder, name));
  const marks = join(folder, 'marks');
  return {
    folder,
    pipeline: (batchSize) => `
stages:
  - name: develop
    kind: agent
    command: node ${DEVELOPER} ${folder}
    gates: [{ kind: exit }, { kind: command, command: node check.mjs }]
  - name: land
    kind: merge
    gates: [{ kind: command, command: 'node check.mjs --full --trial=${marks}' }]
    merge: { admission: none, batchSize: ${batchSize} }
    onFail: develop
    budgets: { product: 2 }
`,
  };
}

/** Brings the first commit of the project onto main, and the faults into the remote. */
export async function seedShop(remote: string, lab: Lab, plan: readonly PlannedItem[]) {
  const folder = join(temporaryDirectory(), 'seed');
  await execa('git', ['clone', '-q', remote, folder]);
  for (const name of ['api', 'features', 'settings']) mkdirSync(join(folder, name));
  copyFileSync(CHECK, join(folder, 'check.mjs'));
  for (let pair = 1; pair <= PAIRS_OF_A_KIND; pair += 1) {
    const api = `export function greet${pair}(name) { return 'hello ' + name; }\n`;
    writeFileSync(join(folder, `api/a${pair}.mjs`), api);
    writeFileSync(join(folder, `settings/s${pair}.mjs`), 'export const wishes = ["seed"];\n');
    const feature = `import { greet${pair} } from '../api/a${pair}.mjs';\nexport const test = () => greet${pair}('all');\n`;
    writeFileSync(join(folder, `features/seed-${pair}.mjs`), feature);
  }
  const git = async (...args: string[]) =>
    (await execa('git', ['-C', folder, ...IDENTITY, ...args])).stdout;
  await git('add', '--all');
  await git('commit', '-q', '-m', 'the shop');
  await git('push', '-q', 'origin', 'HEAD:main');
  const seedSha = await git('rev-parse', 'HEAD');
  writeFileSync(join(lab.folder, 'plan.json'), JSON.stringify({ seedSha, items: plan }));
  const refused = plan.filter(({ kind }) => kind === 'refused-push');
  for (const { item } of refused) writeFileSync(join(lab.folder, 'faults', item), '');
  const hook = join(remote, 'hooks', 'pre-receive');
  writeFileSync(hook, hookOf(lab));
  chmodSync(hook, 0o755);
  return seedSha;
}

/** Each fault comes once: with the first push to main that holds its item. */
function hookOf({ folder }: Lab): string {
  return `#!/bin/sh
while read -r old new ref; do
  [ "$ref" = refs/heads/main ] || continue
  for fault in ${folder}/faults/*; do
    [ -e "$fault" ] && git cat-file -e "$new:features/\${fault##*/}.mjs" 2>/dev/null || continue
    rm "$fault"
    echo 'no space left on device' >&2
    exit 1
  done
done
exit 0
`;
}
