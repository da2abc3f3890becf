// The little of s3rver that the tests use; it has no types of its own.
declare module 's3rver' {
  export default class S3rver {
    constructor(options: { port: number; address: string; silent: boolean; directory: string; configureBuckets: { name: string; configs: string[] }[] });
    run(): Promise<{ readonly port: number }>;
    close(): Promise<void>;
  }
}
