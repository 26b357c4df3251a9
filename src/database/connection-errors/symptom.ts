import type { ConnectionSettings } from '#core/connection-settings.ts';

/** What is known of a failed attempt, in words: one line of what happened, one imperative sentence. */
export interface Explanation {
  readonly code: string;
  readonly whatHappened: string;
  readonly whatToDo: string;
}

/** The parts of a thrown error that the tables of explanations look at. */
export interface Symptom {
  /** Node's or OpenSSL's code, or the SQLSTATE; empty when there is none. */
  readonly code: string;
  /** Its first line, without the password. */
  readonly message: string;
  /** `db.example.com:5432`, or the socket's path. */
  readonly where: string;
  /** Whether the host is a Supabase project or pooler, whose failures have causes of their own. */
  readonly supabase: boolean;
  readonly settings: ConnectionSettings;
}
