// Checkpoints as objects of S3 or what speaks its language. An object appears whole or not at all; the server checks the bytes that
// arrive by their MD5, the reader those that come back by the SHA-256 that the journal holds. Region, endpoint and credentials are the
// SDK's own business (AWS_REGION, AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, ...).
import { createHash } from 'node:crypto';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CheckpointError, messageOf } from '../core/index.js';
import { checkedKey, checkpointRef, verifiedBytes, type ListedCheckpointStore } from '../study/index.js';

const SUFFIX = '.ckpt';

export function s3Client(): S3Client {
  const endpoint = process.env['AWS_ENDPOINT_URL_S3'] ?? process.env['AWS_ENDPOINT_URL'];
  return new S3Client({
    // A server of one's own has no host name a bucket.
    forcePathStyle: endpoint !== undefined,
    // MD5 is what every S3 knows; the SDK's newer trailers are not.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(process.env['AWS_REGION'] === undefined && endpoint !== undefined ? { region: 'us-east-1' } : {}),
  });
}

export function s3Checkpoints(client: S3Client, bucket: string, prefix: string): ListedCheckpointStore {
  const objectOf = (key: string) => ({ Bucket: bucket, Key: `${prefix}/${checkedKey(key)}${SUFFIX}` });
  const nameOf = (key: string): string => `s3://${bucket}/${objectOf(key).Key}`;
  return {
    async put(key, bytes) {
      const md5 = createHash('md5').update(bytes).digest('base64');
      await said(nameOf(key), 'be written', client.send(new PutObjectCommand({ ...objectOf(key), Body: bytes, ContentLength: bytes.byteLength, ContentMD5: md5 })));
      return checkpointRef(key, bytes);
    },
    async get(ref) {
      const name = nameOf(ref.key);
      const bytes = await said(name, 'be read', client.send(new GetObjectCommand(objectOf(ref.key))).then(({ Body }) => Body?.transformToByteArray()));
      return verifiedBytes(ref, bytes ?? new Uint8Array(0), name);
    },
    async delete(key) {
      await said(nameOf(key), 'be deleted', client.send(new DeleteObjectCommand(objectOf(key))));
    },
    async list() {
      const found: string[] = [];
      let token: string | undefined;
      do {
        const page = await said(`s3://${bucket}/${prefix}`, 'be listed', client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: `${prefix}/`, ...(token === undefined ? {} : { ContinuationToken: token }) })));
        for (const { Key = '' } of page.Contents ?? []) if (Key.endsWith(SUFFIX)) found.push(Key.slice(prefix.length + 1, -SUFFIX.length));
        token = page.NextContinuationToken;
      } while (token !== undefined);
      return found.sort();
    },
  };
}

async function said<T>(name: string, what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new CheckpointError(`${name}: expected a checkpoint, but it cannot ${what} (${messageOf(cause)}); check the bucket, AWS_ENDPOINT_URL and the credentials`, { cause });
  }
}
