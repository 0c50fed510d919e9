// A bucket that servers old and new make alike: 64 revisions for each key, nothing that came after 2.9.
// The same races must run on both, or a difference would prove nothing.
import { connectNats } from '../../transport/nats/connection.ts';
import { apiRequest } from '../../transport/nats/jetstream-api.ts';

const HISTORY = 64;

/** Creates the bucket with so many copies. Throws when the server refuses. */
export async function createPlainBucket(
  url: string,
  { name, replicas }: { name: string; replicas: number },
): Promise<void> {
  const nc = await connectNats({ url, name: 'plain bucket' });
  try {
    const answer = await apiRequest(nc, `STREAM.CREATE.KV_${name}`, {
      name: `KV_${name}`,
      subjects: [`$KV.${name}.>`],
      num_replicas: replicas,
      storage: 'file',
      retention: 'limits',
      discard: 'new',
      max_msgs_per_subject: HISTORY,
      allow_direct: true,
      deny_delete: true,
    });
    if (!answer.ok) throw new Error(`the bucket was refused: ${answer.error.description}`);
  } finally {
    await nc.close();
  }
}
