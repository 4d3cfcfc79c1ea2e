/** An answer as it is sent. */
export interface Sent {
  /** In UTF-8: encoded once, however often it is sent. */
  readonly body: Buffer;
  readonly type: 'application/json; charset=utf-8' | 'image/svg+xml';
  readonly etag: string;
}
