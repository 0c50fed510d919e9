// What an item knows of its landing, and of what was built of it: none of it is left once there is new work.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactOf, deployStage } from '../../support/deployment-driver.ts';
import { advance, openItem, type TestActor, verdictOf } from '../../support/machine-steps.ts';
import { shaOf } from '../../support/merge-driver.ts';

const RELEASE = { ...deployStage(), onFail: 'build' };
const artifact = artifactOf(shaOf('landed'));

/** Its work has landed, and comes to be deployed. */
function landed(): TestActor {
  const item = openItem([{}, { name: 'land', kind: 'merge', onFail: 'build' }, RELEASE]);
  const headSha = shaOf('one');
  item.send(advance('build', 1, verdictOf('pass', { headSha })));
  const landing = { headSha, isLanded: true, landedSha: shaOf('landed') };
  item.send(advance('land', 1, verdictOf('pass', landing)));
  return item;
}

function requested(item: TestActor): Record<string, unknown>[] {
  return item
    .effects()
    .flatMap((one) => (one.type === 'tell' && one.event === 'request' ? [one.data] : []));
}

test('what is deployed is the commit that brought the work to the base', () => {
  const [asked] = requested(landed());

  assert.equal([asked?.['sha'], asked?.['artifact']], [shaOf('landed'), null]);
});

test('what was built of an earlier landing is not deployed for new work', () => {
  const item = landed();
  const bad = { headSha: shaOf('one'), isLanded: true, artifact };
  item.send(advance('release', 1, verdictOf('product_fail', bad)));
  assert.is(item.item().artifact?.digest, artifact.digest);

  const headSha = shaOf('two');
  item.send(advance('build', 2, verdictOf('pass', { headSha })));
  assert.equal([item.item().artifact, item.item().landedSha], [null, null]);
  const landing = { headSha, isLanded: true, landedSha: shaOf('landed again') };
  item.send(advance('land', 2, verdictOf('pass', landing)));

  const [asked] = requested(item);
  assert.equal([asked?.['sha'], asked?.['artifact']], [shaOf('landed again'), null]);
});

test.run();
