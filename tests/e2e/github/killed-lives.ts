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

export interface KillWorld extends Pick<GitHubWorld, 'until' | 'stop'> {
  /** Issues 1, 2, … on their ways, one after the other. */
  lives(plans: readonly KillPlan[]): Promise<KilledLife[]>;
  left(issue: number): Promise<Remains>;
}

let worlds = 0;

export async function startKillWorld(): Promise<KillWorld> {
  worlds += 1;
  // All worlds of a file share one nats-server: what one has opened would be there in the next.
  const project = `shop-${worlds}`;
  const settings = ['presenceTtlMs: 2000', 'progressMs: 200'];
  const world = await startGitHubWorld({ projects: [project], stages: STAGES, settings });
  return {
    ...{ until: world.until, stop: () => world.stop() },
    lives: (plans) => killedLives(world, project, plans),
    left: (issue) => leftOf(world, project, issue),
  };
}

async function killedLives(
  world: GitHubWorld,
  project: string,
  plans: readonly KillPlan[],
): Promise<KilledLife[]> {
  const lives: KilledLife[] = [];
  for (const plan of plans) {
    const { kills, writes, isUp } = killInWrites(world, plan);
    const { number } = await world.alice(project, 'POST', '/issues', {
      ...{ title: 'The discount is wrong', labels: ['onceward'] },
    });
    await attend(world, project, number);
    await isUp();
    lives.push({ writes, kills, end: await leftOf(world, project, number) });
  }
  return lives;
}
