import { Box, Text } from 'ink';
import Table from 'ink-table';
import type { ReactNode } from 'react';
import type { Area } from '#console/public/contract.ts';
import { useRead } from '#console/public/hooks.ts';
import { displayText } from '#core/display-text.ts';
import { formatCount } from '#core/format.ts';
import { asciiText } from '#core/display-text.ts';
import { type Facet, listFacets } from '../tenants.ts';

const mostValues = 6;

/** How many tenants have each status and plan, in two small tables. ink-table measures by length, so their cells are ASCII. */
export function SummaryContent({ rows }: Area): ReactNode {
  const facets = useRead({ key: ['tenant-facets'], read: (database, options) => listFacets(database, options) });
  if (facets.error !== null) return <Text color="red">{displayText(facets.error.message)}</Text>;
  if (facets.data === undefined) return <Text>counting ...</Text>;
  return (
    <Box height={rows} overflow="hidden" columnGap={2}>
      <Table data={tableOf('status', facets.data.status)} />
      <Table data={tableOf('plan', facets.data.plan)} />
    </Box>
  );
}

function tableOf(title: string, facets: readonly Facet[]): Record<string, string>[] {
  const shown = facets
    .slice(0, mostValues)
    .map(({ value, tenants }) => ({ [title]: asciiText(displayText(value, { maxWidth: 20 })), tenants: formatCount(tenants) }));
  const rest = facets.slice(mostValues);
  const others = rest.reduce((sum, { tenants }) => sum + tenants, 0);
  return rest.length === 0 ? shown : [...shown, { [title]: `${rest.length} others`, tenants: formatCount(others) }];
}
