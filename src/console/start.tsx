import { render, Text } from 'ink';
import Table from 'ink-table';
import { QueryClient } from '@tanstack/react-query';
import SelectInput from 'ink-select-input';
export async function runConsole(_o: unknown): Promise<number> {
  const client = new QueryClient();
  const i = render(<Text>hello {String(client)}<Text>{String(Table)}{String(SelectInput)}</Text></Text>);
  await i.waitUntilExit();
  return 0;
}
