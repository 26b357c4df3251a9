import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseJson } from '#core/json/parse.ts';
import { writeJson } from '#core/json/write.ts';
import { discardDraft, keepDraft as keepTree, type KeptDraft, listDrafts, newDraftFile } from '#features/metadata/drafts.ts';
import { temporaryDirectory } from '../support/terminal.ts';

const draft: KeptDraft = {
  file: newDraftFile(),
  place: { server: 'db.example:5432', database: 'crm', table: 'contacts', column: 'metadata', id: '1' },
  label: 'Jane Doe',
  base: '{"big": 12345678901234567890, "scale": 1.10}',
  mine: '{"big": 12345678901234567890, "scale": 1.1}',
  reason: 'ticket 42',
  savedAt: '2026-01-02T03:04:05.000Z',
};

const keepDraft = (state: string, { base, mine, ...rest }: KeptDraft): Promise<void> =>
  keepTree(state, { ...rest, base: parseJson(base), mine: parseJson(mine) });

const at = (file: string, id: string, savedAt: string): KeptDraft => ({
  ...draft,
  file,
  savedAt,
  place: { ...draft.place, id },
});

describe('drafts', () => {
  test('come back exactly as they were kept', async () => {
    const state = join(temporaryDirectory(), 'state');
    await keepDraft(state, draft);
    expect(await listDrafts(state)).toEqual({ drafts: [draft], unreadable: [] });
  });

  test('of any size come back exactly, written in pieces', async () => {
    const state = temporaryDirectory();
    const long = writeJson(
      parseJson(JSON.stringify([`${'x😀"\\'.repeat(50_000)}😀`, { a: [...Array(30_000).fill('"é'), [], {}] }])),
    );
    await keepDraft(state, { ...draft, base: long });
    expect((await listDrafts(state)).drafts).toEqual([{ ...draft, base: long }]);
    await keepTree(state, { ...draft, base: long, mine: parseJson(long) });
    expect((await listDrafts(state)).drafts).toEqual([{ ...draft, base: long, mine: long }]);
  });

  test('are for this user only', async () => {
    const state = join(temporaryDirectory(), 'state');
    await keepDraft(state, draft);
    const folder = join(state, 'drafts');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
  });

  test('replace their own state before, and never another draft, of the same place neither', async () => {
    const state = temporaryDirectory();
    const [one, two, beside] = [newDraftFile(), newDraftFile(), newDraftFile()];
    await keepDraft(state, at(one, '1', '2026-01-01T00:00:00.000Z'));
    await keepDraft(state, at(two, '2', '2026-01-03T00:00:00.000Z'));
    await keepDraft(state, at(one, '1', '2026-01-02T00:00:00.000Z'));
    await keepDraft(state, at(beside, '1', '2026-01-01T00:00:00.000Z'));
    const { drafts } = await listDrafts(state);
    expect(drafts.map(({ place, savedAt }) => [place.id, savedAt.slice(0, 10)])).toEqual([
      ['2', '2026-01-03'],
      ['1', '2026-01-02'],
      ['1', '2026-01-01'],
    ]);
    await discardDraft(state, one);
    await discardDraft(state, one);
    expect((await listDrafts(state)).drafts.map(({ file }) => file)).toEqual([two, beside]);
  });

  test('of another server or database are not those of this one', async () => {
    const state = temporaryDirectory();
    await keepDraft(state, draft);
    await keepDraft(state, { ...draft, file: newDraftFile(), place: { ...draft.place, server: 'other:5432' } });
    const { drafts } = await listDrafts(state, { server: 'other:5432', database: 'crm' });
    expect(drafts.map(({ place }) => place.server)).toEqual(['other:5432']);
  });

  test('that can not be read are reported and stay where they are', async () => {
    const state = temporaryDirectory();
    await keepDraft(state, draft);
    const torn = join(state, 'drafts', `torn.draft.json`);
    writeFileSync(torn, '{"place": {"ser');
    const found = await listDrafts(state);
    expect(found.drafts).toHaveLength(1);
    expect(found.unreadable.map(({ file }) => file)).toEqual([torn]);
    expect(readFileSync(torn, 'utf8')).toBe('{"place": {"ser');
  });

  test('leave no half-written file behind, and say when they can not be kept', async () => {
    const state = temporaryDirectory();
    mkdirSync(join(state, 'drafts'));
    writeFileSync(join(state, 'file'), '');
    await expect(keepDraft(join(state, 'file'), draft)).rejects.toMatchObject({ code: 'draft-not-kept' });
    chmodSync(join(state, 'drafts'), 0o700);
    await keepDraft(state, draft);
    expect(readdirSync(join(state, 'drafts')).filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});
