// What the configuration makes of projects: which are worked with, which are left alone, and what is kept.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { configurationSchema } from '../../../../services/config/schema.ts';
import { createOutsideProjects } from '../../../../services/reconciler/outside/outside-projects.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';
import { createVirtualClock } from '../../../support/virtual-clock.ts';
import { within } from '../../../support/within.ts';

const LIMIT_MS = 30_000;
const GITHUB = { kind: 'github', connection: 'main', repository: 'acme/app' };

function effectiveOf(projects: Record<string, object>, draining: string[] = []) {
  const stages = [{ name: 'build', kind: 'external' }];
  const configuration = configurationSchema.parse({
    version: 1,
    connections: { main: { kind: 'github', tokenVariable: 'GITHUB_TOKEN' } },
    projects: Object.fromEntries(
      Object.entries(projects).map(([name, more]) => [
        name,
        { repository: './shop.git', pipeline: 'standard', ...more },
      ]),
    ),
    pipelines: { standard: { stages } },
  });
  return { configuration, draining: new Set(draining) } as never;
}

function setup(environment: Record<string, string> = {}) {
  const errors: string[] = [];
  const folder = temporaryDirectory();
  const projects = createOutsideProjects({
    ...{ environment, folder, stateDirectory: folder, version: '1', clock: createVirtualClock() },
    log: { info: () => {}, warn: () => {}, error: (_, message) => void errors.push(message) },
  });
  return { projects, errors };
}

test(
  'a project without a tracker has a folder, and is kept while nothing about it changes',
  within(LIMIT_MS, async () => {
    const { projects } = setup();
    const first = (await projects.arrange(effectiveOf({ shop: {} }))).get('shop');
    const second = (await projects.arrange(effectiveOf({ shop: {} }))).get('shop');
    const draining = (await projects.arrange(effectiveOf({ shop: {} }, ['shop']))).get('shop');

    assert.equal(
      [first?.project.trackerName, first?.project.forgeName],
      ['folder:shop', 'git:shop'],
    );
    assert.is(second, first);
    assert.is.not(draining?.digest, first?.digest);
    assert.is(draining?.project.isDraining, true);
  }),
);

test(
  'a project whose connection cannot be used is left alone and said once; the others are not',
  within(LIMIT_MS, async () => {
    const { projects, errors } = setup();
    const both = effectiveOf({ shop: {}, app: { tracker: GITHUB, forge: GITHUB } });

    const arranged = await projects.arrange(both);
    await projects.arrange(both);

    assert.equal([...arranged.keys()], ['shop']);
    assert.equal([...projects.leftAlone().keys()], ['app']);
    assert.match(projects.leftAlone().get('app') ?? '', 'GITHUB_TOKEN');
    assert.is(errors.length, 1);
    await projects.arrange(effectiveOf({ shop: {} }));
    assert.equal([...projects.leftAlone().keys()], []);
  }),
);

test(
  'a project of GitHub is called by its repository, and its secret is in no digest',
  within(LIMIT_MS, async () => {
    const { projects } = setup({ GITHUB_TOKEN: 'a secret of this test' });
    const arranged = await projects.arrange(effectiveOf({ app: { tracker: GITHUB } }));

    const app = arranged.get('app');
    assert.is(app?.project.trackerName, 'github:acme/app');
    assert.match(app?.digest ?? '', /^[0-9a-f]{64}$/);
  }),
);

test.run();
