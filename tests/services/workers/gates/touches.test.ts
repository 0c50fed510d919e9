// Who changes one thing changes what belongs to it, too; measured from where the branch began.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { within } from '../../../support/within.ts';
import { createGates } from '../gate-fixture.ts';

const TOUCHES = {
  kind: 'touches',
  when: ['services', 'lib/**/*.ts'],
  require: ['docs/**', 'CHANGELOG.md'],
} as const;

const setup = () =>
  createGates([{ ...TOUCHES, when: [...TOUCHES.when], require: [...TOUCHES.require] }]);

test(
  'code without its documents fails, and each that is missing is named',
  within(20_000, async () => {
    const { evaluate, pushAll } = await setup();
    await pushAll({ 'services/a.ts': 'a', 'lib/x/b.ts': 'b', 'lib/x/c.js': 'c' });
    const neither = await evaluate();
    await pushAll({ 'docs/a.md': 'a' });
    const one = await evaluate();
    await pushAll({ 'CHANGELOG.md': 'a' });
    const both = await evaluate();

    const because = 'not written by this branch; expected, as it changes lib/x/b.ts and 1 more';
    assert.equal([neither.kind, neither.cause], ['product_fail', 'touches']);
    assert.equal(neither.summary.split('\n'), [`CHANGELOG.md: ${because}`, `docs/**: ${because}`]);
    assert.is(one.summary, `CHANGELOG.md: ${because}`);
    assert.is(both.kind, 'pass');
  }),
);

test(
  'a branch that leaves the code alone needs no documents',
  within(20_000, async () => {
    const { evaluate, pushAll } = await setup();
    const unpushed = await evaluate();
    await pushAll({ 'services.md': 'a', 'lib/c.js': 'c' });
    const other = await evaluate();

    assert.equal([unpushed.kind, other.kind], ['pass', 'pass']);
  }),
);

test(
  'what the base has changed since the branch began is not the branch’s',
  within(20_000, async () => {
    const { evaluate, pushAll, remote } = await setup();
    const start = await pushAll({ 'services/a.ts': 'a', 'CHANGELOG.md': 'a' }, 'main');
    await remote.run('branch', 'onceward/7', start);
    await pushAll({ 'other.md': 'a' });
    await pushAll({ 'services/a.ts': 'b', 'CHANGELOG.md': 'b', 'docs/a.md': 'b' }, 'main');

    const other = await evaluate();
    await pushAll({ 'services/b.ts': 'b' });
    const code = await evaluate();

    assert.is(other.kind, 'pass');
    assert.match(code.summary, 'as it changes services/b.ts');
    assert.is(code.summary.split('\n').length, 2);
  }),
);

test(
  'taking code away is a change, taking documents away or changing their mode writes nothing',
  within(20_000, async () => {
    const { evaluate, pushAll, remote } = await setup();
    const before = { 'services/a.ts': 'a', 'docs/a.md': 'a', 'CHANGELOG.md': 'a' };
    const start = await pushAll(before, 'main');
    await remote.run('branch', 'onceward/7', start);
    await pushAll({ 'services/a.ts': null, 'docs/a.md': null });
    await remote.commitChange('onceward/7', (folder) => {
      chmodSync(join(folder, 'CHANGELOG.md'), 0o755);
    });

    const verdict = await evaluate();

    const because = 'not written by this branch; expected, as it changes services/a.ts';
    assert.equal(verdict.summary.split('\n'), [`CHANGELOG.md: ${because}`, `docs/**: ${because}`]);
  }),
);

test.run();
