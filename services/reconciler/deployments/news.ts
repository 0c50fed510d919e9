// What of a deployment's record is news: for whom something is to be opened, and whose comments say something else.
// It must never be every change: a version that is watched is measured again and again.
import type { DeploymentView } from '../records/deployment-views.ts';
import { incidentWords, releaseWords } from './words.ts';

type View = DeploymentView | undefined;

/** An incident waits for its item. */
export function isDeploymentWorthALook(before: View, after: View): boolean {
  const known = wantedOf(before);
  return wantedOf(after).some((number) => !known.includes(number));
}

/** Items of which something else is said than before. */
export function itemsShownAnew(before: View, after: View): string[] {
  const [old, now] = [toldOf(before), toldOf(after)];
  const items = new Set([...old.keys(), ...now.keys()]);
  return [...items].filter((item) => old.get(item) !== now.get(item));
}

function wantedOf(view: View): number[] {
  return (view?.context.incidents ?? [])
    .filter(({ isItemWanted, openedItem }) => isItemWanted && openedItem === null)
    .map(({ number }) => number);
}

function toldOf(view: View): Map<string, string> {
  const told = new Map<string, string>();
  if (view === undefined) return told;
  const say = (item: string | null, words: string | null) => {
    if (item !== null) told.set(item, `${told.get(item) ?? ''}\n${words}`);
  };
  for (const incident of view.context.incidents) {
    say(incident.item, `${incidentWords(view, incident)} ${incident.openedItem}`);
  }
  const { release } = view.context;
  if (release?.item) say(release.item, releaseWords(view, { ...release, item: release.item }));
  return told;
}
