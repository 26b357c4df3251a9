/** What must be typed before production is written, and what it is: `the tenant's slug`. */
export interface TypedWord {
  readonly word: string;
  readonly what: string;
}
