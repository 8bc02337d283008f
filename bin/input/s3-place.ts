import { InputError } from './input.ts';

/** An object in Amazon S3, or what the keys of several begin with. */
export interface S3Place {
  bucket: string;
  key: string;
}

const S3_URL = /^s3:\/\/([^/]*)(?:\/(.*))?$/s;
/** Amazon S3 user guide, "General purpose bucket naming rules"; older buckets of us-east-1 may have other characters. */
const BUCKET = /^[\w.-]{3,255}$/;

/** @throws {InputError} where no bucket has such a name */
export function s3PlaceOf(name: string): S3Place | undefined {
  const [, bucket, key = ''] = S3_URL.exec(name) ?? [];
  if (bucket === undefined) return undefined;
  if (!BUCKET.test(bucket)) throw new InputError(`${name} names no bucket: give s3://BUCKET/PREFIX`);
  return { bucket, key };
}

/** As {@link s3PlaceOf} reads it. Neither part is escaped, as the AWS CLI has it. */
export const s3Name = ({ bucket, key }: S3Place): string => `s3://${bucket}/${key}`;
