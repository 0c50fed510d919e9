// Goal: the end of a command says whose fault it was by its phase and by registries, and unknown is the product's.
// Method: the pure classification.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deployRulesSchema } from '../../../../machines/deployment/rules.ts';
import {
  type DeployPhase,
  type StepEnd,
  stepFault,
} from '../../../../services/workers/deploying/step-verdict.ts';

const rules = deployRulesSchema.parse({
  ...{ environment: 'staging', image: { name: 'registry.example.com/acme/shop' } },
  deploy: { command: 'deploy' },
  infrastructure: { exitCodes: [75, 99], causes: ['database-away'] },
});

test('exit code 0 passes in every phase', () => {
  const phases: DeployPhase[] = ['prepare', 'deploy', 'verify', 'rollback'];

  const faults = phases.map((phase) => stepFault({ phase, end: ended(0) }, rules));
  assert.equal(faults, [null, null, null, null]);
});

test('whatever fails while the environment is made ready is a fault of the infrastructure', () => {
  const ends = [ended(1), ended(75), ended(null), overdue()];

  const kinds = ends.map((end) => kindOf({ phase: 'prepare', end }));
  assert.equal(kinds, ['infra_error', 'infra_error', 'infra_error', 'infra_error']);
});

test('an exit code is a fault of the infrastructure only when the configuration says so', () => {
  const kinds = [75, 99, 1, 74, 137].map((code) => kindOf({ phase: 'deploy', end: ended(code) }));

  assert.equal(kinds, [
    ...['infra_error', 'infra_error'],
    ...['product_fail', 'product_fail', 'product_fail'],
  ]);
});

test('running out of time is the fault of the product, whatever it has left behind', () => {
  const verdict = '{"outcome":"pass"}';

  const fault = stepFault({ phase: 'verify', end: { ...overdue(), exit: 0 }, verdict }, rules);
  assert.equal([fault?.kind, fault?.cause], ['product_fail', 'timeout']);
});

test('a signal that nobody here has sent is the fault of the product', () => {
  const fault = stepFault({ phase: 'deploy', end: ended(null) }, rules);

  assert.equal([fault?.kind, fault?.cause], ['product_fail', 'signal']);
});

test('a cause is a fault of the infrastructure when a registry has it, and otherwise of the product', () => {
  const causes = ['database-away', 'remote-unreachable', 'disk-full', 'worker-lost', 'whatever'];

  const kinds = causes.map((cause) => {
    const verdict = JSON.stringify({ outcome: 'fail', cause });
    return kindOf({ phase: 'verify', end: ended(0), verdict });
  });
  assert.equal(kinds, [
    ...['infra_error', 'infra_error', 'infra_error'],
    ...['product_fail', 'product_fail'],
  ]);
});

test('a verdict that is missing, malformed or of another shape was not observed', () => {
  const verdicts = [null, '', '{', '[]', '{"outcome":"good"}', '{"outcome":"pass","more":1}'];

  const kinds = verdicts.map((verdict) => kindOf({ phase: 'verify', end: ended(0), verdict }));
  assert.equal(new Set(kinds), new Set(['unobserved']));
});

test('a verdict of pass does not outweigh an exit code that says otherwise', () => {
  const verdict = '{"outcome":"pass"}';

  const kinds = [0, 1, 75].map((code) => kindOf({ phase: 'verify', end: ended(code), verdict }));
  assert.equal(kinds, [undefined, 'product_fail', 'infra_error']);
});

test('a verdict may say neither, and keeps its cause and its words', () => {
  const verdict = '{"outcome":"inconclusive","cause":"flaky","summary":"3 of 9 differ"}';

  const fault = stepFault({ phase: 'verify', end: ended(0), verdict }, rules);
  assert.equal(fault, { kind: 'inconclusive', cause: 'flaky', summary: '3 of 9 differ' });
});

test('the last output of a command that failed is told', () => {
  const fault = stepFault({ phase: 'deploy', end: { ...ended(1), tail: 'no such image' } }, rules);

  assert.match(fault?.summary ?? '', /code 1; last output:\nno such image/);
});

test.run();

function kindOf(given: Parameters<typeof stepFault>[0]) {
  return stepFault(given, rules)?.kind;
}

function ended(exit: number | null): StepEnd {
  return { exit, signal: exit === null ? 'SIGKILL' : null, isOverdue: false, tail: '' };
}

function overdue(): StepEnd {
  return { ...ended(null), isOverdue: true };
}
