import { Box, Text } from 'ink';
import Table from 'ink-table';
import type { ReactNode } from 'react';
import type { Area } from '#console/public/contract.ts';
import { useRead } from '#console/public/hooks.ts';
import { asciiText, displayText, trusted } from '#core/display-text.ts';
import { formatCount } from '#core/format.ts';
import { cutToWidth } from '#core/text-width.ts';
import { Lines } from '#ui/Lines.tsx';
import { span, words } from '#ui/line.ts';
import { useTheme } from '#ui/theme.ts';
import { type Facet, listFacets } from '../tenants.ts';

const mostValues = 6;
/** What a table takes beside its values: borders, padding and the column of counts. */
const columnsAround = 16;

/** How many tenants have each status and plan, in two small tables. ink-table measures by length, so their cells are ASCII. */
export function SummaryContent({ columns, rows }: Area): ReactNode {
  const theme = useTheme();
  const facets = useRead({ key: ['tenant-facets'], read: (database, options) => listFacets(database, options) });
  if (facets.error !== null) return <Lines columns={columns} lines={[[span(displayText(facets.error.message), 'danger')]]} />;
  if (facets.data === undefined) return <Lines columns={columns} lines={[[words('counting ...', 'muted')]]} />;
  const valueColumns = Math.max(6, Math.min(20, Math.floor(columns / 2) - columnsAround));
  const look = { header: Heading, cell: Plain, skeleton: theme.ascii ? AsciiRule : Plain };
  return (
    <Box height={rows} overflow="hidden" columnGap={2}>
      <Table data={tableOf('status', facets.data.status, valueColumns)} {...look} />
      <Table data={tableOf('plan', facets.data.plan, valueColumns)} {...look} />
    </Box>
  );
}

function tableOf(title: string, facets: readonly Facet[], valueColumns: number): Record<string, string>[] {
  const shown = facets.slice(0, mostValues).map(({ value, tenants }) => ({
    [title]: cutToWidth(asciiText(displayText(value, { maxWidth: valueColumns })), valueColumns, '...'),
    tenants: formatCount(tenants),
  }));
  const rest = facets.slice(mostValues);
  const others = rest.reduce((sum, { tenants }) => sum + tenants, 0);
  return rest.length === 0 ? shown : [...shown, { [title]: `${rest.length} others`, tenants: formatCount(others) }];
}

// ink-table's own parts write colour whatever NO_COLOR says, and lines that no ASCII terminal has.
function Heading({ children }: { readonly children?: ReactNode }): ReactNode {
  return <Text bold>{children}</Text>;
}

function Plain({ children }: { readonly children?: ReactNode }): ReactNode {
  return <Text>{children}</Text>;
}

function AsciiRule({ children }: { readonly children?: ReactNode }): ReactNode {
  const drawn = typeof children === 'string' ? children : '';
  return (
    <Text>
      {trusted(
        drawn
          .replaceAll('─', '-')
          .replaceAll('│', '|')
          .replaceAll(/[^ |-]/g, '+'),
      )}
    </Text>
  );
}
