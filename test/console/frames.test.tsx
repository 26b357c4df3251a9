import { Text } from 'ink';
import { beforeAll, describe, expect, test } from 'vitest';
import { PaneBoundary } from '#console/PaneBoundary.tsx';
import { choose } from '#console/public/choose.tsx';
import { useStore } from '#console/public/hooks.ts';
import { createStore } from '#core/store.ts';
import { pressUntil } from '../journeys/opening.ts';
import { connectTo, createDatabase, type TestDatabase } from '../support/cluster.ts';
import { type ConsoleFrame, openFrame, openTestDatabase } from '../support/console-frame.tsx';
import { startProxy } from '../support/proxy.ts';

let demo: TestDatabase;

beforeAll(async () => {
  demo = await createDatabase('demo');
});

const sizes = [
  [80, 24],
  [120, 40],
] as const;

/** Header, tabs and rule above, rule and keys below, nothing run over. Gives the lines between. */
function bodyOf(frame: ConsoleFrame): string[] {
  const lines = frame.lines();
  const headerRows = frame.screen.columns >= 120 ? 1 : 2;
  expect(lines).toHaveLength(frame.screen.rows);
  expect(frame.screen.wrappedRows()).toEqual([]);
  const header = lines.slice(0, headerRows).join(' ');
  for (const part of ['TEST', '127.0.0.1', 'bypasses RLS', 'no TLS, local', 'direct', 'WRITING', 'tenant: '])
    expect(header).toContain(part);
  expect(lines[headerRows]).toMatch(/^ {1,2}1 Tena.*\d\d:\d\d:\d\d UTC$/);
  expect(lines[headerRows + 1]).toMatch(/^─+$/);
  expect(lines.at(-2)).toMatch(/^──/);
  expect(lines.at(-1)).toMatch(/^ \S/);
  return lines.slice(headerRows + 2, -2);
}

describe.for(sizes)('at %i x %i', ([columns, rows]) => {
  const open = async (): Promise<ConsoleFrame> => {
    const frame = openFrame(await openTestDatabase(demo.settings), { columns, rows });
    await frame.waitFor(/^ > Acme Corporation/);
    return frame;
  };

  test('Tenants: the list, and the card beside it where there is room', async () => {
    const frame = await open();
    await frame.waitFor('1 of 60 ');
    const body = bodyOf(frame);
    expect(body[0]).toMatch(/^ search .*1 of 60 · by name \^/);
    expect(body[1]).toMatch(/^ {3}NAME +SLUG +STATUS +PLAN/);
    expect(body[2]).toMatch(/^ > Acme Corporation +acme-corp +active +enterprise/);
  });

  test.runIf(columns < 110)('Tenants: dates where there is no room for the card', async () => {
    const frame = await open();
    expect(bodyOf(frame)[2]).toMatch(/2025-01-15$/);
  });

  test.runIf(columns >= 110)('Tenants: the card beside the list', async () => {
    const frame = await open();
    await frame.waitFor(/│ contacts +560/);
    await frame.waitFor(/│ api keys +\d active/);
    await frame.waitFor(/│ recent audit$/);
    expect(bodyOf(frame)[0]).toMatch(/│ Acme Corporation$/);
  });

  test('Tenants: the open card', async () => {
    const frame = await open();
    frame.press('enter');
    await frame.waitFor(/^ {2}slug +acme-corp/);
    const body = bodyOf(frame);
    expect(body[1]).toContain('f47ac10b-58cc-4372-a567-0e02b2c3d479');
    await frame.waitFor((lines) => !lines.join('\n').includes('whsec_demo'));
    await pressUntil(frame, 'end', (lines) => /(INSERT|UPDATE|DELETE) +\w+/.test(lines.join('\n')), 300);
    bodyOf(frame);
  });

  test('a pane that is planned says what it will be', async () => {
    const frame = await open();
    frame.press('6');
    await frame.waitFor('Is the database well');
    expect(bodyOf(frame).join('\n')).toContain('It will follow the pinned tenant: all tenants');
  });

  test.for([
    ['help', '?', /│ .*enter right l +Show everything about the tenant/],
    ['commands', ':', /│ > pin +Pin the tenant/],
    ['find', '\u0006', /│ a UUID or its first characters/],
    ['sort', 's', /│ > n {2}name/],
    ['filter', 'f', /│ {3} {3}status active \(\d+\)/],
    ['copy', 'y', /│ > i {2}id +f47ac10b-58cc-4372-a567-0e02b2c3d479/],
    ['summary', 'i', /│ active +│ \d+ +│/],
  ] as const)('the dialog: %s', async ([, key, line]) => {
    const frame = await open();
    frame.type(key);
    await frame.waitFor(line);
    const body = bodyOf(frame);
    expect(body.filter((row) => row.includes('╭'))).toHaveLength(1);
    expect(body.filter((row) => row.includes('╰'))).toHaveLength(1);
    expect(frame.lines().at(-1)).toContain('esc');
    frame.press('esc');
    await frame.waitFor((lines) => !lines.join('').includes('╭'));
    bodyOf(frame);
  });

  test('unlock, on a session that is read-only', async () => {
    const database = await openTestDatabase(demo.settings);
    const frame = openFrame(database, { columns, rows });
    await frame.waitFor(/^ > Acme Corporation/);
    database.gate.lock();
    await frame.waitFor('READ-ONLY');
    frame.type(':unlock\r');
    await expect(frame).toShow(`Type the label of this database: ${demo.name}`);
    await expect(frame).toShow('enter unlock');
    await expect(frame).toShow('esc stay read-only');
  });

  test('loading: says so, and the keys work already', async () => {
    const proxy = await startProxy({ host: demo.settings.host, port: demo.settings.port });
    const database = await openTestDatabase({ ...demo.settings, port: proxy.port });
    proxy.freeze();
    const frame = openFrame(database, { columns, rows });
    await frame.waitFor('reading tenants ...');
    bodyOf(frame);
    frame.press('2');
    await frame.waitFor(/there is no folder of migrations|reading the folder/i);
    frame.press('1');
    await frame.waitFor('reading tenants ...');
    await proxy.resume();
    await expect(frame).toShow(/^ > Acme Corporation/);
    bodyOf(frame);
    await proxy.close();
  });

  test('empty: a search without a match says what else could be done', async () => {
    const frame = await open();
    frame.type('/nobody at all');
    await frame.waitFor('No tenant matches.');
    await frame.waitFor(' 0 · by name');
    const body = bodyOf(frame);
    expect(body[0]).toMatch(/0 · by name \^/);
    expect(body.join('\n')).toContain('ctrl-f looks for the text in every table.');
  });

  test('error: a statement that took too long says so in its place, and r tries again', async () => {
    const locked = await createDatabase('demo');
    const database = await openTestDatabase(locked.settings, 300);
    await database.catalog();
    const blocker = await connectTo(locked.settings);
    await blocker.query('begin; lock table tenant in access exclusive mode');
    const frame = openFrame(database, { columns, rows });
    await frame.waitFor(/stopped|took longer|time/i);
    const body = bodyOf(frame).join('\n');
    expect(body).toContain('r tries again.');
    await blocker.query('rollback');
    frame.press('r');
    await frame.waitFor(/^ > Acme Corporation/);
    bodyOf(frame);
    await blocker.end();
  });

  test('stale: the rows stay, the line above the footer says for how long', async () => {
    const proxy = await startProxy({ host: demo.settings.host, port: demo.settings.port });
    const database = await openTestDatabase({ ...demo.settings, port: proxy.port });
    const frame = openFrame(database, { columns, rows });
    await frame.waitFor(/^ > Acme Corporation/);
    await proxy.refuse();
    await frame.waitFor(/^── CONNECTION LOST .* ago: what you see is from before/);
    expect(bodyOf(frame)[2]).toMatch(/^ > Acme Corporation/);
    await proxy.resume();
    await frame.waitFor((lines) => /^─+$/.test(lines.at(-2) ?? ''));
    await proxy.close();
  });
});

describe('a pane that fails', () => {
  function Fragile(): never {
    throw new Error('no \u001b[31msuch\nthing');
  }

  test('says so in its place, and the rest lives', async () => {
    const database = await openTestDatabase(demo.settings);
    const frame = openFrame(database, {
      columns: 80,
      rows: 12,
      content: (
        <PaneBoundary area={{ columns: 80, rows: 12 }}>
          <Fragile />
        </PaneBoundary>
      ),
    });
    await expect(frame).toShow('This pane stopped because of a bug in the console:');
    await expect(frame).toShow(String.raw`no \x1b[31msuch\nthing`);
  });

  test('a dialog that throws while it is drawn leaves the console alive', async () => {
    const frame = openFrame(await openTestDatabase(demo.settings));
    await frame.waitFor(/^ > Acme Corporation/);
    const close = {
      id: 'bad.close',
      keys: ['esc'],
      label: 'close',
      help: 'Close.',
      inFooter: true,
      run: () => frame.session.closeDialog('bad'),
    };
    frame.session.openDialog({ id: 'bad', layer: { title: 'Bad', bindings: () => [close] }, Content: Fragile });
    await frame.waitFor('This pane stopped because of a bug');
    frame.press('esc');
    await frame.waitFor((lines) => !lines.join('\n').includes('This pane stopped'));
    frame.press('j');
    await expect(frame).toShow('2 of 60');
  });

  test('a component that fails later, too', async () => {
    const isBad = createStore(false);
    function Later() {
      if (useStore(isBad)) throw new TypeError('later');
      return <Text>fine so far</Text>;
    }
    const frame = openFrame(await openTestDatabase(demo.settings), {
      content: (
        <PaneBoundary area={{ columns: 80, rows: 12 }}>
          <Later />
        </PaneBoundary>
      ),
    });
    await frame.waitFor('fine so far');
    isBad.set(true);
    await expect(frame).toShow('later');
  });
});

describe('a notice', () => {
  // It would stay on for longer than is waited for.
  const said = 'There is no such thing. '.repeat(16);
  const bottom = (frame: ConsoleFrame): string => frame.lines().at(-2)!;
  const open = async (): Promise<ConsoleFrame> => {
    const frame = openFrame(await openTestDatabase(demo.settings), { columns: 80, rows: 24 });
    await expect(frame).toShow(/^ > Acme Corporation/);
    frame.session.notify(said, 'warning');
    await expect(frame).toShow('There is no such thing.');
    return frame;
  };

  test.for([
    ['another pane', '6', 'Is the database well'],
    ['a dialog', '?', 'esc'],
  ] as const)('about what %s takes the place of goes with it', async ([, key, shown]) => {
    const frame = await open();
    frame.press(key);
    await expect(frame).toShow((lines) => lines.join('').includes(shown) && /^─+$/.test(lines.at(-2)!));
  });

  test('about what runs on stays over panes, and over a dialog on one line', async () => {
    const frame = await open();
    frame.session.notify(`Applied ${'all of it '.repeat(20)}`, 'good', { isGeneral: true });
    await expect(frame).toShow(/Applied all/);
    frame.press('6');
    await expect(frame).toShow('Is the database well');
    expect(frame.lines().join('')).toContain('Applied all');
    expect(bottom(frame)).not.toContain('Applied all');
    frame.press('?');
    await expect(frame).toShow((lines) => lines.at(-2)!.includes('Applied all'));
  });
});

describe('help', () => {
  test('says every sentence to its end, and goes back from the end at the first key', async () => {
    const frame = openFrame(await openTestDatabase(demo.settings), { columns: 80, rows: 24, pane: 'migrations' });
    await frame.waitFor('migrations');
    frame.press('?');
    await frame.waitFor('Migrations');
    expect(bodyOf(frame).join('')).not.toContain('…');
    for (let page = 0; page < 30; page += 1) frame.press('pagedown');
    await frame.waitFor(/Suspend|Leave the console/);
    const atTheEnd = frame.lines();
    frame.press('up');
    await frame.waitFor((lines) => lines.join('') !== atTheEnd.join(''));
  });
});

describe('a menu', () => {
  test('longer than the screen scrolls, cuts what is too wide, and chooses by letter, digit and Enter', async () => {
    const frame = openFrame(await openTestDatabase(demo.settings), { columns: 80, rows: 24 });
    await frame.waitFor(/^ > Acme Corporation/);
    const chosen: string[] = [];
    const choices = Array.from({ length: 30 }, (_, index) => ({
      label: `choice ${index + 1} ${'漢'.repeat(80)}`,
      ...(index === 4 && { hotkey: 'x' }),
      run: () => chosen.push(`choice ${index + 1}`),
    }));
    const open = () => choose(frame.session, { title: 'Many', choices });
    open();
    await frame.waitFor(/> {4}choice 1 漢+…/);
    bodyOf(frame);
    frame.type('jjjjjjjjjjjjjjjjjjjj');
    await frame.waitFor(/> {4}choice 21 /);
    bodyOf(frame);
    frame.press('enter');
    await frame.waitFor((lines) => !lines.join('').includes('Many'));
    open();
    await frame.waitFor('Many');
    frame.press('k');
    await frame.waitFor(/> {4}choice 30 /);
    frame.press('x');
    await frame.waitFor((lines) => !lines.join('').includes('Many'));
    open();
    await frame.waitFor('Many');
    frame.press('3');
    await frame.waitFor((lines) => !lines.join('').includes('Many'));
    expect(chosen).toEqual(['choice 21', 'choice 5', 'choice 3']);
  });

  test('takes no digit for what throws something away: it is a pane that is meant', async () => {
    const frame = openFrame(await openTestDatabase(demo.settings), { columns: 80, rows: 24 });
    await frame.waitFor(/^ > Acme Corporation/);
    const chosen: string[] = [];
    const choices = ['stay', 'discard'].map((label) => ({
      label,
      hotkey: label[0]!,
      throwsAway: label === 'discard',
      run: () => chosen.push(label),
    }));
    choose(frame.session, { title: 'Leave', choices });
    await frame.waitFor('Leave');
    frame.type('2');
    frame.press('j');
    await frame.waitFor(/> d {2}discard/);
    expect(chosen).toEqual([]);
    frame.press('d');
    await frame.waitFor((lines) => !lines.join('').includes('Leave'));
    expect(chosen).toEqual(['discard']);
  });
});
