import type { ComponentType } from 'react';
import { displayText } from '#core/display-text.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, type Line, span, words } from '#ui/line.ts';
import { wrapWords } from '#ui/wrap-words.ts';
import type { Area } from './public/contract.ts';
import { usePinnedTenant } from './public/hooks.ts';

/** A tab that is not built yet: says what it will do. */
export function plannedPane(title: string, sentences: readonly string[]): ComponentType<Area> {
  return function PlannedPane({ columns, rows }: Area) {
    const tenant = usePinnedTenant();
    const lines: Line[] = [
      emptyLine,
      [words(`   ${title}`, 'strong')],
      emptyLine,
      ...sentences.flatMap((sentence) => wrapWords(sentence, columns - 6)).map((text) => [words(`   ${text}`)]),
      emptyLine,
      [words('   Not built yet. It will follow the pinned tenant: '), span(displayText(tenant?.name ?? 'all tenants'), 'accent')],
    ];
    return <Lines columns={columns} lines={fitRows(lines, rows)} />;
  };
}
