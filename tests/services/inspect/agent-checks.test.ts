// What the doctor says of agents: whether their programs run here, and whether their accounts have what they name.
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { z } from 'zod';
import { stageSchema } from '../../../machines/pipeline.ts';
import { agentChecks } from '../../../services/inspect/agent-checks.ts';
import { programVersion } from '../../../transport/process/program-version.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { within } from '../../support/within.ts';

type StageInput = z.input<typeof stageSchema>;

const SECRET = 'hunter2-and-more';

/** A folder to be a PATH, with one program in it. */
function folderWith(program: string, script: string): string {
  const folder = temporaryDirectory();
  const path = join(folder, program);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return folder;
}

function checksOf(
  stages: readonly Partial<StageInput>[],
  given: { PATH?: string; [name: string]: string | undefined } = {},
) {
  const parsed = stages.map((stage) =>
    stageSchema.parse({ name: 'build', kind: 'agent', ...stage }),
  );
  const accounts = { team: { env: ['TEAM_TOKEN', 'TEAM_URL'] }, empty: { env: [] } };
  return agentChecks({ stages: parsed, accounts, environment: given });
}

test(
  'without an agent there is nothing to be checked',
  within(10_000, async () => {
    assert.equal(await checksOf([{ command: 'true' }]), []);
  }),
);

test(
  'each program is asked for its version once, however many stages use it',
  within(10_000, async () => {
    const folder = folderWith('claude', 'echo "2.1.0 (Claude Code) $1"; echo more');
    const agent = { adapter: 'claude', account: 'empty' } as const;

    const checks = await checksOf([{ agent }, { name: 'review', agent }], { PATH: folder });

    assert.equal(checks, [
      { name: 'agent claude', isOk: true, detail: '2.1.0 (Claude Code) --version' },
      { name: 'account empty', isOk: true, detail: 'its agents are given no variables' },
    ]);
  }),
);

test(
  'a program that is not found fails, and it is said what to do',
  within(10_000, async () => {
    const agent = { adapter: 'codex', executable: 'codex-next' } as const;

    const [check] = await checksOf([{ agent }], { PATH: temporaryDirectory() });

    assert.equal([check?.name, check?.isOk], ['agent codex-next', false]);
    assert.match(
      check?.detail ?? '',
      /stage "build" needs it: it is not there.*`agent\.executable`/,
    );
  }),
);

test(
  'a program that cannot say its version fails with its own words',
  within(10_000, async () => {
    const folder = folderWith('codex', 'echo "libssl is missing" >&2; exit 127');

    const [check] = await checksOf([{ agent: { adapter: 'codex' } }], { PATH: folder });

    assert.is(check?.isOk, false);
    assert.match(check?.detail ?? '', '--version failed: libssl is missing');
  }),
);

test(
  'a program that never answers is waited for within a bound, and its words are bounded',
  within(10_000, async () => {
    const hanging = join(folderWith('hanging', 'exec sleep 60'), 'hanging');
    const talking = join(folderWith('talking', 'yes "many words" | tr -d "\\n"'), 'talking');
    const { PATH } = process.env;

    const never = await programVersion(hanging, { PATH }, { limitMs: 200 });
    const much = await programVersion(talking, { PATH });

    assert.equal(never, { reason: 'it did not say its version within 200 ms' });
    assert.ok(JSON.stringify(much).length < 300, JSON.stringify(much).slice(0, 400));
  }),
);

test(
  'variables that an account lacks are named, and no value is said',
  within(10_000, async () => {
    const stages = [{ agent: { adapter: 'claude', account: 'team' } } as const];

    const lacking = await checksOf(stages, { TEAM_TOKEN: SECRET });
    const complete = await checksOf(stages, { TEAM_TOKEN: SECRET, TEAM_URL: SECRET });

    const accounts = [lacking, complete].map((checks) => checks.at(-1));
    assert.equal(
      accounts.map((check) => [check?.name, check?.isOk]),
      [
        ['account team', false],
        ['account team', true],
      ],
    );
    assert.match(accounts[0]?.detail ?? '', /not set here: TEAM_URL; .*`accounts\.team\.env`/);
    assert.not.match(JSON.stringify([lacking, complete]), SECRET);
  }),
);

test(
  'the program of a stage in a container is its image’s, its account is still the worker’s',
  within(10_000, async () => {
    const isolation = { kind: 'container', image: 'agents' } as const;
    const stages = [{ agent: { adapter: 'claude', account: 'team' }, isolation } as const];

    const checks = await checksOf(stages, { PATH: temporaryDirectory() });

    assert.equal(
      checks.map(({ name }) => name),
      ['account team'],
    );
  }),
);

test.run();
