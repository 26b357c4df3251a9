import { Component, type ReactNode } from 'react';
import { displayText } from '#core/display-text.ts';
import { messageOf } from '#core/errors.ts';
import { Lines } from '#ui/Lines.tsx';
import { emptyLine, fitRows, span, words } from '#ui/line.ts';
import type { Area } from './public/contract.ts';

interface Props {
  readonly area: Area;
  readonly children: ReactNode;
}

/** Keeps an exception in a pane inside that pane: it shows what happened, and the console lives. Leaving the pane and coming back tries again. */
export class PaneBoundary extends Component<Props, { readonly failure: unknown }> {
  override state: { readonly failure: unknown } = { failure: undefined };

  static getDerivedStateFromError(failure: unknown): { readonly failure: unknown } {
    return { failure };
  }

  override render(): ReactNode {
    const { area, children } = this.props;
    if (this.state.failure === undefined) return children;
    const lines = [
      emptyLine,
      [words('   This pane stopped because of a bug in the console:', 'danger')],
      [words('   '), span(displayText(messageOf(this.state.failure), { maxWidth: area.columns - 6 }))],
      emptyLine,
      [words('   Nothing was changed. Go to another pane and come back to try again; please report it with what you did.')],
    ];
    return <Lines columns={area.columns} lines={fitRows(lines, area.rows)} />;
  }
}
