/** Keeps what is too large or too detailed for a message: encrypted, versioned, retained. */
export interface AlertArchive {
  /**
   * @param key object key, unique by finding
   * @returns where it is, as `s3://bucket/key` or a file's path
   * @throws when it could not be stored
   */
  store(key: string, body: string, contentType: string): Promise<string>;
}
