import { type DisplayText, label } from '#core/display-text.ts';
import type { Index } from './model.ts';

/** `tenant_id, email include (name) where (deleted_at IS NULL)`: as the definition says it, without what stands in other columns. */
export function columnsText(index: Index): string {
  const included = index.includedColumns.length === 0 ? '' : ` include (${index.includedColumns.join(', ')})`;
  return `${index.columns.join(', ')}${included}${index.predicate === null ? '' : ` where ${index.predicate}`}`;
}

/** What kind of index it is, and what is wrong with it, in words; empty for a plain one. */
export function kindText(index: Index): DisplayText {
  const kinds = [
    index.isBeingBuilt ? 'being built' : index.isValid ? undefined : 'INVALID',
    index.isPrimary ? 'primary key' : index.isUnique ? 'unique' : index.isExclusion ? 'exclusion' : undefined,
    index.isPartial ? 'partial' : undefined,
    index.isPartitioned ? 'partitioned' : index.parentOid === null ? undefined : 'of a partition',
  ];
  return label(kinds.filter((kind) => kind !== undefined).join(', '));
}
