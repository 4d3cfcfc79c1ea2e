/** An answer in the form in which it is sent. */
export interface Sent {
  /** In UTF-8: encoded once, even if it is sent often. */
  readonly body: Buffer;
  readonly type: 'application/json; charset=utf-8' | 'image/svg+xml';
  readonly etag: string;
}
