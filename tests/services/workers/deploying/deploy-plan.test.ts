// Goal: what is planned is the commands of the stage in their order, each with the version it is about and a key that
// every repetition shares. Method: the pure plan.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type DeploymentContext,
  initialDeploymentContext,
} from '../../../../machines/deployment/context.ts';
import { deployRulesSchema } from '../../../../machines/deployment/rules.ts';
import { rehearse } from '../../../../services/queries/rehearsal.ts';
import {
  deployPlan,
  type PlanSubject,
} from '../../../../services/workers/deploying/deploy-plan.ts';

const name = 'registry.example.com/acme/shop';
const version = { sha: 'a'.repeat(40), image: name, digest: `sha256:${'1'.repeat(64)}` };
const previous = { sha: 'b'.repeat(40), digest: `sha256:${'2'.repeat(64)}` };
const subject: PlanSubject = {
  ...{ address: 'deployment.shop.staging', operation: 4, kind: 'release' },
  ...{ version, previous },
};

const rulesOf = (more: Record<string, unknown> = {}) =>
  deployRulesSchema.parse({
    ...{ environment: 'staging', image: { name }, deploy: { command: 'deploy.sh' }, ...more },
  });
const all = {
  ...{ prepare: { command: 'up.sh' }, verify: { command: 'check.sh' } },
  rollback: { command: 'back.sh' },
};

test('a release makes the environment ready, deploys and verifies, and never rolls back', () => {
  const plan = deployPlan(subject, rulesOf(all));

  assert.equal(stepsOf(plan), ['prepare up.sh', 'deploy deploy.sh', 'verify check.sh']);
});

test('a rollback runs the command for it and verifies; without one it deploys what was here before', () => {
  const back = { ...subject, kind: 'rollback' as const };
  const { rollback: _, ...without } = all;

  assert.equal(stepsOf(deployPlan(back, rulesOf(all))), ['rollback back.sh', 'verify check.sh']);
  assert.equal(stepsOf(deployPlan(back, rulesOf(without))), [
    'deploy deploy.sh',
    'verify check.sh',
  ]);
});

test('every command is told what comes, what was here, and its key', () => {
  const [planned] = deployPlan(subject, rulesOf());

  assert.equal(planned?.variables, {
    ONCEWARD_SHA: version.sha,
    ONCEWARD_DIGEST: version.digest,
    ONCEWARD_IMAGE: `${name}@${version.digest}`,
    ONCEWARD_PREVIOUS_SHA: previous.sha,
    ONCEWARD_PREVIOUS_DIGEST: previous.digest,
    ONCEWARD_KEY: 'deployment.shop.staging:4:deploy',
  });
});

test('before the first version what was here is empty', () => {
  const [planned] = deployPlan({ ...subject, previous: null }, rulesOf());

  assert.is(planned?.variables['ONCEWARD_PREVIOUS_DIGEST'], '');
});

test('the key of a step is the same each time, and no other step has it', () => {
  const keys = () => deployPlan(subject, rulesOf(all)).map(({ key }) => key);

  assert.equal(keys(), keys());
  assert.is(new Set(keys()).size, 3);
});

test('what a rehearsal shows is what is run: the same commands, and the same values of what both tell', () => {
  const rules = rulesOf(all);
  const artifact = { ...version, statement: '{}', environment: 'staging', builtAtMs: 1 };
  const context = {
    ...initialDeploymentContext(undefined),
    ...{ project: 'shop', environment: 'staging', operations: subject.operation - 1 },
    live: { ...previous, image: name, operation: 3, item: null, atMs: 1 },
    settings: { stage: { deploy: rules } } as DeploymentContext['settings'],
  };

  const shown = rehearse(context, artifact, { address: subject.address, rollbackTo: null });
  const plan = deployPlan(subject, rules);
  const commands = shown?.steps.flatMap(({ command }) => (command === null ? [] : [command]));
  assert.equal(
    commands,
    plan.map(({ command }) => command),
  );
  const { ONCEWARD_KEY: _, ...told } = plan[0]?.variables ?? {};
  assert.equal({ ...shown?.variables, ...told }, shown?.variables);
});

test.run();

function stepsOf(plan: ReturnType<typeof deployPlan>): string[] {
  return plan.map(({ step, command }) => `${step} ${command}`);
}
