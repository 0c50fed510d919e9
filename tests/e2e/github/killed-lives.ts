// Issues one after the other, each on its way from its label to its merge, with onceward killed on each way as planned.
import { type GitHubWorld, startGitHubWorld } from './github-world.ts';
import { type KillPlan, killInWrites } from './killed-writes.ts';
import { attend } from './people.ts';
import { leftOf, type Remains } from './remains.ts';

const STAGES = `\
      - name: develop
        kind: command
        command: |
          date +%s%N >> work.txt && git add -A && git commit -qm "Work on $ONCEWARD_ITEM"
      - { name: ci, kind: checks, checks: { required: [build] } }
      - { name: review, kind: approval }
`;

export interface KilledLife {
  /** Kinds of its writes, in their order, those that were repeated included. */
  writes: string[];
  kills: string[];
  end: Remains;
}

export function startKillWorld(): Promise<GitHubWorld> {
  const settings = ['presenceTtlMs: 2000', 'progressMs: 200'];
  return startGitHubWorld({ projects: ['shop'], stages: STAGES, settings });
}

export async function killedLives(
  world: GitHubWorld,
  plans: readonly KillPlan[],
): Promise<KilledLife[]> {
  const lives: KilledLife[] = [];
  for (const plan of plans) {
    const { kills, writes, isUp } = killInWrites(world, plan);
    const { number } = await world.alice('shop', 'POST', '/issues', {
      ...{ title: 'The discount is wrong', labels: ['onceward'] },
    });
    await attend(world, 'shop', number);
    await isUp();
    lives.push({ writes, kills, end: await leftOf(world, 'shop', number) });
  }
  return lives;
}
