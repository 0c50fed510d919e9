// Whether a deed is done is for its actuator to say.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { actuatorsSchema } from '../../../services/config/actuators.ts';
import { createDeeds } from '../../../services/reconciler/deeds.ts';
import { OncewardError } from '../../../transport/errors.ts';
import { rejects } from '../../support/rejects.ts';
import { within } from '../../support/within.ts';

const LIMIT_MS = 5_000;
const ACTUATORS = { marks: 'off', comments: 'shadow' } as const;

function setup() {
  const said: string[] = [];
  const counted: string[] = [];
  const note = (_: object, message: string) => void said.push(message);
  const deeds = createDeeds({
    log: { info: note, warn: note, error: note },
    onDeed: (...deed) => void counted.push(deed.join(' ')),
  });
  const project = { name: 'shop', actuators: actuatorsSchema.parse(ACTUATORS) };
  const perform = (actuator: 'intake' | 'marks' | 'comments', work: () => Promise<string>) =>
    deeds.perform(project, { actuator, what: 'a deed' }, work);
  return { said, counted, perform };
}

test(
  'a deed is done, left out, or only said, and said once',
  within(LIMIT_MS, async () => {
    const { said, counted, perform } = setup();
    const done: string[] = [];
    const work = (name: string) => async () => {
      done.push(name);
      return name;
    };

    const results = [
      await perform('intake', work('intake')),
      await perform('marks', work('marks')),
      await perform('comments', work('comments')),
      await perform('comments', work('comments')),
    ];

    assert.equal([results, done], [['intake', null, null, null], ['intake']]);
    assert.equal(counted, ['shop intake done', 'shop comments shadowed']);
    assert.is(said.length, 1);
  }),
);

test(
  'a deed that fails is counted, and fails',
  within(LIMIT_MS, async () => {
    const { counted, perform } = setup();
    const failing = async () => {
      throw new OncewardError('OUTSIDE_UNAVAILABLE', '502');
    };

    await rejects(perform('intake', failing), 'OUTSIDE_UNAVAILABLE');

    assert.equal(counted, ['shop intake failed']);
  }),
);

test.run();
