// The projects that this host looks at: which they are, and that each of them has its loops.
// It must never keep a loop of a project whose settings have changed: it would work with the old ones.
import { hashOf, ownerOf } from '../../machines/partition.ts';
import type { OutsideProject } from './outside/outside-project.ts';
import type { Arranged } from './outside/outside-projects.ts';
import type { ProjectLoop } from './project-loop.ts';
import type { WriteBackLoop } from './write-back/write-back-loop.ts';

export interface RunningProject {
  digest: string;
  project: OutsideProject;
  loop: ProjectLoop;
  writeBack: WriteBackLoop;
}

/** A live host, and the projects it can do nothing for. */
export interface Member {
  identity: string;
  leftAlone?: readonly string[] | undefined;
}

export interface RunningProjects {
  follow(projects: ReadonlyMap<string, Arranged>, reconcileMs: number): void;
  setMembers(hosts: readonly Member[]): void;
  get(name: string): RunningProject | undefined;
  all(): RunningProject[];
  stop(): Promise<void>;
}

export interface RunningProjectsOptions {
  identity: string;
  begin: (arranged: Arranged, reconcileMs: number) => RunningProject;
  /** It is not looked at here any more. */
  onEnd: (project: string) => void;
}

export function createRunningProjects({
  identity,
  begin,
  onEnd,
}: RunningProjectsOptions): RunningProjects {
  const running = new Map<string, RunningProject>();
  const ending = new Set<Promise<void>>();
  let arranged: ReadonlyMap<string, Arranged> = new Map();
  let members: readonly Member[] = [{ identity }];
  let reconcileMs = 0;
  let isStopped = false;

  const end = (name: string, { loop, writeBack }: RunningProject): void => {
    running.delete(name);
    onEnd(name);
    const work = Promise.all([loop.stop(), writeBack.stop()]).then(() => void ending.delete(work));
    ending.add(work);
  };

  const isOurs = (name: string): boolean => {
    const able = members.filter(({ leftAlone = [] }) => !leftAlone.includes(name));
    const hosts = able.map((member) => member.identity);
    return ownerOf(hashOf(name), hosts) === identity;
  };

  const settle = (isAnew: boolean): void => {
    if (isStopped) return;
    for (const [name, one] of running) {
      const isSame = arranged.get(name)?.digest === one.digest;
      if (isAnew || !isSame || !isOurs(name)) end(name, one);
    }
    for (const [name, one] of arranged) {
      if (!running.has(name) && isOurs(name)) running.set(name, begin(one, reconcileMs));
    }
  };

  return {
    get: (name) => running.get(name),
    all: () => [...running.values()],
    follow(projects, everyMs) {
      const isAnew = everyMs !== reconcileMs;
      arranged = projects;
      reconcileMs = everyMs;
      settle(isAnew);
    },
    setMembers(hosts) {
      members = hosts;
      settle(false);
    },
    async stop() {
      isStopped = true;
      for (const [name, one] of [...running]) end(name, one);
      await Promise.all(ending);
    },
  };
}
