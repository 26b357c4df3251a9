/** What the name of a file says about its place. The identity of a migration is its full name; numbers are used several times in production. */
export type FileName =
  | { readonly kind: 'numbered'; readonly number: number; readonly letter: string }
  | { readonly kind: 'dated'; readonly date: string }
  | { readonly kind: 'unnumbered' }
  /** `ROLLBACK_050_x.sql` undoes `050_x.sql`. */
  | { readonly kind: 'rollback'; readonly undoes: string }
  /** Not a migration, and why: a folder, not SQL, or a script for people such as `DIAGNOSTIC_x.sql`. */
  | { readonly kind: 'other'; readonly why: string };

/** Reads a name of a migrations folder; a folder's ends with `/`. */
export function readFileName(name: string): FileName {
  if (name.endsWith('/')) return { kind: 'other', why: 'a folder' };
  if (!/\.sql$/i.test(name)) return { kind: 'other', why: 'not an .sql file' };
  const undoes = /^rollback[_-](.+)$/i.exec(name)?.[1];
  if (undoes !== undefined) return { kind: 'rollback', undoes };
  const date = /^(\d{4})-?(\d{2})-?(\d{2})(\d{6})?[_-]/.exec(name);
  if (date !== null && isMonthAndDay(date[2], date[3])) {
    return { kind: 'dated', date: [date[1], date[2], date[3], date[4] ?? ''].join('') };
  }
  const number = /^(\d+)([a-z]?)(?=[_.-])/i.exec(name);
  if (number !== null) return { kind: 'numbered', number: Number(number[1]), letter: (number[2] ?? '').toLowerCase() };
  if (/^[A-Z]{2,}_/.test(name)) return { kind: 'other', why: 'a script to be run by hand' };
  return { kind: 'unnumbered' };
}

function isMonthAndDay(month = '', day = ''): boolean {
  return Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31;
}

const ranks = { numbered: 0, dated: 1, unnumbered: 2, rollback: 3, other: 4 } as const;

/** The order in which migrations are meant: by number and letter, then dated ones by date, then the others, each naturally by name. */
export function compareFileNames(left: string, right: string): number {
  const [a, b] = [readFileName(left), readFileName(right)];
  if (a.kind === 'numbered' && b.kind === 'numbered' && a.number !== b.number) return a.number - b.number;
  if (a.kind === 'numbered' && b.kind === 'numbered' && a.letter !== b.letter) return a.letter < b.letter ? -1 : 1;
  if (a.kind === 'dated' && b.kind === 'dated' && a.date !== b.date) return a.date < b.date ? -1 : 1;
  return ranks[a.kind] - ranks[b.kind] || natural.compare(left, right) || (left < right ? -1 : Number(left > right));
}

// One collator with a fixed locale: the order must not depend on the operator's.
const natural = new Intl.Collator('en', { numeric: true });
