import { beforeAll, describe, expect, test } from 'vitest';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { addTenants, copied, expectWholeFrame, foundAs, markedRow, openConsole, pressUntil } from './opening.ts';

const acmeId = 'f47ac10b-58cc-4372-a567-0e02b2c3d479';
let database: TestDatabase;

/** For pages a second press waits long: for a page that is only late it would skip one. */
const turned = (before: string) => (lines: readonly string[]) => markedRow(lines) !== before && markedRow(lines) !== '';

beforeAll(async () => {
  database = await createDatabase('demo');
  await addTenants(database, 1000);
});

describe('searching', () => {
  test('narrows the list as one types, and Enter twice opens the card', async () => {
    const program = await openConsole(database);
    program.press('/');
    for (const key of 'acme') program.press(key);
    await program.waitFor((lines) => foundAs('3', 'Acme Corporation')(lines) && !lines.join('').includes('Bluepeak'));
    program.press('down');
    await expect(program).toShow((lines) => markedRow(lines).startsWith('Acme Labs'));
    program.press('enter');
    await expect(program).toShow(/pin tenant/);
    program.press('enter');
    const card = await program.waitFor(/^ {2}slug +acme-labs/);
    expect(card[3]).toBe('  Acme Labs');
    expectWholeFrame(program);
    program.press('esc');
    await expect(program).toShow((lines) => markedRow(lines).startsWith('Acme Labs'));
    program.press('esc');
    await expect(program).toShow('of 1,060');
  });

  test('takes "/acme" that arrives in one write', async () => {
    const program = await openConsole(database);
    program.type('/acme');
    await expect(program).toShow('1 of 3 · by name');
    program.press('esc');
    await expect(program).toShow('1 of 1,060');
  });

  test('Ctrl-U empties what was typed, as in a shell, and does not turn the page', async () => {
    const program = await openConsole(database);
    program.type('/acme');
    await expect(program).toShow('1 of 3 · by name');
    program.press('ctrl+u');
    program.type('pacme');
    await expect(program).toShow((lines: readonly string[]) => foundAs('1', 'Pacme')(lines));
  });

  test("takes a UUID's first characters", async () => {
    const program = await openConsole(database);
    program.type('/f47ac10b');
    await expect(program).toShow(
      (lines: readonly string[]) => foundAs('1', 'Acme Corporation')(lines) && !lines.join('').includes('Labs'),
    );
  });

  test('says that nothing matches, and what else could be done', async () => {
    const program = await openConsole(database);
    program.type('/no such tenant');
    await expect(program).toShow('No tenant matches.');
    await expect(program).toShow('ctrl-f looks for the text in every table');
    expectWholeFrame(program);
  });
});

describe('scrolling', () => {
  test('down through every page and up again, each row once and in order', async () => {
    const client = await connectTo(database.settings);
    const { rows } = await client.query<{ name: string }>(`select name from tenant where name like 'zz%' order by name`);
    await client.end();
    const program = await openConsole(database, { args: ['tenants'], rows: 60 });
    program.type('/zz tenant');
    // Of the rows before, some are called so too: a page turned on those would be one that nobody looked at.
    await expect(program).toShow(foundAs('1,000', 'zz tenant 0001'));
    program.press('enter');
    const names = new Set<string>();
    const look = (lines: readonly string[]): void => {
      for (const line of lines) {
        const name = /zz tenant \d{4}/.exec(line)?.[0];
        if (name !== undefined && !line.includes('│ zz')) names.add(name);
      }
    };
    look(await program.waitFor('zz tenant 0001'));
    for (let page = 0; page < 40 && names.size < rows.length; page += 1) {
      const before = markedRow(program.lines());
      look(await pressUntil(program, 'pagedown', turned(before), 10_000));
    }
    expect([...names].sort()).toEqual(rows.map(({ name }) => name));
    expect(markedRow(program.lines())).toMatch(/^zz tenant 1000/);
    for (let page = 0; page < 40 && !markedRow(program.lines()).startsWith('zz tenant 0001'); page += 1) {
      const before = markedRow(program.lines());
      await pressUntil(program, 'pageup', turned(before), 10_000);
    }
    await expect(program).toShow('1 of 1,000');
    expect(markedRow(program.lines())).toMatch(/^zz tenant 0001/);
  });

  test('G goes to the last row, k from there upwards, g back to the first', async () => {
    const program = await openConsole(database);
    program.press('G');
    await expect(program).toShow((lines) => !/^(Acme|zz tenant)/.test(markedRow(lines)) && markedRow(lines) !== '');
    const last = markedRow(program.lines());
    program.press('k');
    await expect(program).toShow((lines) => markedRow(lines) !== last);
    for (let times = 0; times < 20; times += 1) program.type('kkkkkkkkkk');
    await expect(program).toShow((lines) => markedRow(lines).startsWith('zz tenant'));
    program.press('g');
    await expect(program).toShow((lines) => markedRow(lines).startsWith('Acme Corporation'));
    await expect(program).toShow('1 of 1,060');
  });

  test('g goes to the first row also when the pages at hand no longer begin with it', async () => {
    const program = await openConsole(database);
    for (let page = 0; page < 60 && !/^zz tenant 0[6-9]/.test(markedRow(program.lines())); page += 1) {
      const before = markedRow(program.lines());
      await pressUntil(program, 'pagedown', turned(before), 10_000);
    }
    program.press('g');
    await expect(program).toShow((lines) => markedRow(lines).startsWith('Acme Corporation'));
    await expect(program).toShow('1 of 1,060');
  });

  test('keys that arrive in one piece are so many keys', async () => {
    const program = await openConsole(database);
    program.type('jjj');
    await expect(program).toShow('4 of 1,060');
    program.type('kj\u001b[Bk');
    await expect(program).toShow('4 of 1,060');
    program.press('j');
    await expect(program).toShow('5 of 1,060');
  });
});

describe('order and filters', () => {
  test('the marked tenant stays marked when a search or a filter comes and goes', async () => {
    const program = await openConsole(database);
    program.type('/acme');
    await expect(program).toShow(foundAs('3', 'Acme Corporation'));
    program.press('down');
    await expect(program).toShow((lines) => markedRow(lines).startsWith('Acme Labs'));
    program.press('esc');
    await expect(program).toShow(foundAs('1,060', 'Acme Labs'));
    program.type('/labs\r');
    await expect(program).toShow((lines) => markedRow(lines).startsWith('Acme Labs') && !lines.join('').includes('of 1,060'));
    program.press('esc');
    await expect(program).toShow(foundAs('1,060', 'Acme Labs'));
    program.type('/no such tenant');
    await expect(program).toShow('No tenant matches.');
    program.press('esc');
    await expect(program).toShow(foundAs('1,060', 'Acme Labs'));
  });

  test('the sort menu offers three orders; S turns the order round', async () => {
    const program = await openConsole(database);
    program.press('s');
    await expect(program).toShow('created, newest first');
    expectWholeFrame(program);
    program.press('c');
    await expect(program).toShow('by created v');
    program.press('S');
    await program.waitFor('by created ^');
    await expect(program).toShow((lines: readonly string[]) => markedRow(lines).startsWith('Acme Corporation'));
    program.press('s');
    await expect(program).toShow('Sort by');
    program.press('down', 'down', 'enter');
    await expect(program).toShow('by updated v');
  });

  test('the filter menu counts statuses and plans, and one chosen narrows the list', async () => {
    const client = await connectTo(database.settings);
    const { rows } = await client.query<{ count: string }>(`select count(*) from tenant where status = 'suspended'`);
    await client.end();
    const program = await openConsole(database);
    program.press('f');
    await expect(program).toShow(`status suspended (${rows[0]!.count})`);
    expectWholeFrame(program);
    const down = program.lines().findIndex((line) => line.includes('status suspended'));
    const first = program.lines().findIndex((line) => line.includes('all tenants') && line.includes('>'));
    for (let step = first; step < down; step += 1) program.press('down');
    await expect(program).toShow(/> .*status suspended/);
    program.press('enter');
    const lines = await program.waitFor(`of ${rows[0]!.count} · by name`);
    expect(lines.find((line) => line.includes('search'))).toContain('status suspended');
    program.press('esc');
    await expect(program).toShow('of 1,060');
  });
});

describe('the pinned tenant', () => {
  test('t pins, the header shows it, T unpins', async () => {
    const program = await openConsole(database);
    program.press('j', 't');
    await expect(program).toShow('tenant: acme-labs');
    await expect(program).toShow('Pinned Acme Labs');
    await expect(program).toShow('* Acme Labs');
    program.press('T');
    await expect(program).toShow('tenant: all');
  });

  test(':tenant takes a slug, and says what was meant by another writing of it', async () => {
    const program = await openConsole(database);
    program.type(':tenant acme-corp\r');
    await expect(program).toShow('tenant: acme-corp');
    await expect(program).toShow('Pinned Acme Corporation.');
    program.type(':tenant ACME-CORP\r');
    await expect(program).toShow(`ACME-CORP is the slug acme-corp of the tenant ${acmeId}`);
  });

  test(':tenant refuses a name that several have', async () => {
    const program = await openConsole(database);
    program.type(':tenant acme\r');
    await expect(program).toShow(/"acme" may mean \d tenants/);
    expect(program.lines()[0]).toContain('tenant: all');
  });

  test('a and m hand the tenant over to Audit and Metadata', async () => {
    const program = await openConsole(database);
    program.press('a');
    await expect(program).toShow(/^ \[tenant Acme Corporation\] /);
    await expect(program).toShow('tenant: acme-corp');
    program.press('1');
    await expect(program).toShow((lines) => markedRow(lines).includes('Acme Corporation'));
    program.press('m');
    await expect(program).toShow(`tenant.metadata of Acme Corporation  ${acmeId}`);
    expectWholeFrame(program);
  });
});

describe('copying', () => {
  test('y and i send the id to the clipboard as OSC 52', async () => {
    const program = await openConsole(database);
    const mark = program.mark();
    program.press('y');
    await expect(program).toShow('row as JSON');
    program.press('i');
    await expect(program).toShow('Sent the id to the clipboard');
    expect(copied(program, mark)).toEqual([acmeId]);
    expect(program.written(mark)).not.toContain('\u001bPtmux');
    expectWholeFrame(program);
  });

  test('the row as JSON comes with its secrets masked', async () => {
    const program = await openConsole(database);
    const mark = program.mark();
    program.press('y');
    await expect(program).toShow('row as JSON');
    program.press('o');
    await expect(program).toShow('Sent the row as JSON');
    const [text] = copied(program, mark);
    expect(JSON.parse(text!)).toMatchObject({ id: acmeId, slug: 'acme-corp' });
    expect(text).not.toContain('whsec_demo');
    expect(text).toContain('12345678901234567890');
  });

  test('inside tmux both the plain and the wrapped sequence are sent', async () => {
    const program = await openConsole(database, { env: { TMUX: '/tmp/tmux-0/default,1,0', TERM: 'tmux-256color' } });
    const mark = program.mark();
    program.press('y');
    await expect(program).toShow('row as JSON');
    program.press('s');
    await expect(program).toShow('Sent the slug to the clipboard');
    const base64 = Buffer.from('acme-corp').toString('base64');
    expect(program.written(mark)).toContain(`\u001b]52;c;${base64}\u0007\u001bPtmux;\u001b\u001b]52;c;${base64}\u0007\u001b\\`);
  });
});
