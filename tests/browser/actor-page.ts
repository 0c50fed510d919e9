// The page of an actor that many items come to, opened in the browser of the suite, and what its holder reports meanwhile.
// It must never write a record itself: whoever stores one does so before.
import type { BucketName } from '../../transport/ports.ts';
import { openPage, type PageFleet } from '../support/page-fixture.ts';
import { setStage } from './browser-test.ts';

/** `/queues` or `/deployments`, and the key of the actor, as it is stored first. */
export async function openActorPage(
  folder: string,
  store: (key: string) => Promise<void>,
  key: string,
) {
  const { fleet, browser } = await setStage();
  await store(key);
  const path = `${folder}/${key.replace('.', '/')}`;
  const opened = await openPage(browser, fleet, `${path}#token=${fleet.token}`);
  await opened.page.locator('main h1').waitFor();
  const part = (name: string) => opened.page.getByRole('region', { name, exact: true });
  const textOf = async (name: string) => squeezed(await part(name).textContent());
  return { fleet, opened, page: opened.page, part, textOf };
}

/** The words of the page, with one blank wherever there is any. */
export function squeezed(text: string | null): string {
  return (text ?? '').replace(/\s+/g, ' ').trim();
}

/** What the holder of a lease reports of what its record says is under way. */
export async function reportAsHolder(
  { session }: Pick<PageFleet, 'session'>,
  { bucket, address }: { bucket: BucketName; address: string },
  { type, data = {} }: { type: string; data?: Record<string, unknown> },
): Promise<string> {
  const key = address.slice(address.indexOf('.') + 1);
  const record = JSON.parse((await session.bucket(bucket).read(key))?.value ?? '');
  const { holder, trial, operation, watch } = record.context;
  const number = trial?.number ?? operation?.number;
  const lease = { token: holder.token, trial: number, operation: number, round: watch?.round };
  return (await session.asker.ask({ address, type, data: { ...lease, ...data } })).outcome;
}
