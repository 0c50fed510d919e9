import { startGitHubWorld } from './github-world.ts';
import { STAGES, walk } from './scenario.ts';

const world = await startGitHubWorld({ projects: ['shop'], stages: STAGES });
const timer = setTimeout(async () => {
  console.log('TIMEOUT', world.fleet.onceward.log().slice(-3000));
  await world.stop();
  process.exit(1);
}, 60000);
const t0 = Date.now();
try {
  console.log(JSON.stringify(await walk(world, 'shop'), null, 0));
  console.log(Date.now() - t0, 'ms');
  await new Promise((r) => setTimeout(r, 2500));
  console.log(
    JSON.stringify((await world.alice('shop', 'GET', '/issues/1')).labels.map((l: any) => l.name)),
  );
} finally {
  clearTimeout(timer);
  for (const r of world.github.requests)
    if (r.method !== 'GET' && String(r.userAgent).startsWith('onceward'))
      console.log(r.method, r.path, r.status);
  console.log(
    world.github.requests.filter((r) => String(r.userAgent).startsWith('onceward')).length,
    'requests',
  );
  await world.stop();
}
