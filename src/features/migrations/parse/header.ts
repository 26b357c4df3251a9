/** The comment at the top of the manual's template (4.2); what is not written there is undefined. */
export interface MigrationHeader {
  readonly migration?: string;
  readonly description?: string;
  readonly date?: string;
  readonly author?: string;
  readonly dependencies?: string;
  readonly rollback?: string;
}

const keys = ['migration', 'description', 'date', 'author', 'dependencies', 'rollback'] as const;
const spellings: Readonly<Record<string, (typeof keys)[number]>> = {
  ...Object.fromEntries(keys.map((key) => [key, key])),
  'depends on': 'dependencies',
  dependency: 'dependencies',
  created: 'date',
};

/** Reads the comment lines before the first statement. A line without a key continues the one before; rules of dashes are skipped. */
export function readHeader(sql: string): MigrationHeader {
  const found: Partial<Record<(typeof keys)[number], string>> = {};
  let current: (typeof keys)[number] | undefined;
  for (const text of commentLines(sql)) {
    const [, word = '', rest = ''] = /^([A-Za-z ]{4,14}?)\s*:\s*(.*)$/.exec(text) ?? [];
    const key = spellings[word.toLowerCase()];
    if (key !== undefined && found[key] === undefined) {
      current = key;
      found[key] = rest;
    } else if (text === '' || /^[=\-*#]+$/.test(text) || word !== '') current = undefined;
    else if (current !== undefined) found[current] = `${found[current]} ${text}`.trim();
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== ''));
}

function commentLines(sql: string): readonly string[] {
  const lines: string[] = [];
  let isInside = false;
  for (const line of sql.split(/\r?\n/)) {
    const text = line.trim();
    if (!isInside && text !== '' && !text.startsWith('--') && !text.startsWith('/*')) break;
    isInside = (isInside || text.startsWith('/*')) && !text.includes('*/');
    lines.push(
      text
        .replace(/^(--+|\/\*+|\*+(?!\/))\s?/, '')
        .replace(/\s*\*+\/$/, '')
        .trim(),
    );
  }
  return lines;
}
