/** A text for people, in both languages of the interface. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}
