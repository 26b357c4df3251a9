import { AdminError } from '#core/errors.ts';
import { Draft } from './draft.ts';
import type { JsonNode, JsonObject } from './node.ts';
import { sameDocument } from './node.ts';
import type { JsonPath } from './pointer.ts';
import { formatPointer, nodeAt, pointerInWords } from './pointer.ts';

/** A path that both sides changed, differently. A missing side has nothing there: never had it (base) or removed it. */
export interface Conflict {
  readonly path: JsonPath;
  readonly base?: JsonNode | undefined;
  readonly mine?: JsonNode | undefined;
  readonly theirs?: JsonNode | undefined;
}

/**
 * The three lists share no path. One is above another only where both sides added an object: `alsoChanged` then has the object, the other
 * two what mine has inside it.
 */
export interface Merge {
  /** Has theirs wherever there is a conflict: nothing is overwritten before somebody decides. */
  readonly merged: JsonNode;
  /** Where mine was put onto theirs. */
  readonly changed: readonly JsonPath[];
  /** Where theirs differs from base, mine having left it alone or made the same change. */
  readonly alsoChanged: readonly JsonPath[];
  readonly conflicts: readonly Conflict[];
}

/**
 * Merges two documents that both come from `base`, path by path. Objects merge inside, also when both sides added one; every other value,
 * arrays included, is one. A removal against a change inside what was removed is a conflict of the whole.
 */
export function merge(base: JsonNode, mine: JsonNode, theirs: JsonNode): Merge {
  const outcome: Outcome = { trail: [], changed: [], alsoChanged: [], conflicts: [] };
  const merged = mergeNode({ base, mine, theirs }, outcome) ?? theirs;
  return { merged, changed: outcome.changed, alsoChanged: outcome.alsoChanged, conflicts: outcome.conflicts };
}

interface Outcome {
  /** Where the walk is; one array for the whole walk. */
  readonly trail: string[];
  readonly changed: JsonPath[];
  readonly alsoChanged: JsonPath[];
  readonly conflicts: Conflict[];
}

interface Sides<Node> {
  readonly base: Node | undefined;
  readonly mine: Node | undefined;
  readonly theirs: Node | undefined;
}

/** Undefined is a node that is not there, on the way in and out. Objects are entered before anything is compared: one pass over all. */
function mergeNode({ base, mine, theirs }: Sides<JsonNode>, outcome: Outcome): JsonNode | undefined {
  if (base === mine && mine === theirs) return theirs;
  if (mine?.kind === 'object' && theirs?.kind === 'object') {
    if (base === undefined) return mergeAdded(mine, theirs, outcome);
    if (base.kind === 'object') return mergeMembers(base.members, mine, theirs, outcome);
  }
  const path = [...outcome.trail];
  if (sameDocument(mine, theirs)) {
    if (!sameDocument(base, theirs)) outcome.alsoChanged.push(path);
    return theirs;
  }
  if (sameDocument(base, mine)) {
    outcome.alsoChanged.push(path);
    return theirs;
  }
  if (sameDocument(base, theirs)) {
    outcome.changed.push(path);
    return mine;
  }
  outcome.conflicts.push({ path, base, mine, theirs });
  return theirs;
}

/** Theirs is one addition as a whole, so what it has inside is not listed again. */
function mergeAdded(mine: JsonObject, theirs: JsonObject, outcome: Outcome): JsonNode {
  outcome.alsoChanged.push([...outcome.trail]);
  return mergeMembers(new Map(), mine, theirs, { ...outcome, alsoChanged: [] });
}

function mergeMembers(base: JsonObject['members'], mine: JsonObject, theirs: JsonObject, outcome: Outcome): JsonNode {
  const members = new Map<string, JsonNode>();
  let isTheirs = true;
  for (const key of new Set([...theirs.members.keys(), ...mine.members.keys(), ...base.keys()])) {
    const sides = { base: base.get(key), mine: mine.members.get(key), theirs: theirs.members.get(key) };
    outcome.trail.push(key);
    const member = mergeNode(sides, outcome);
    outcome.trail.pop();
    if (member !== undefined) members.set(key, member);
    isTheirs &&= member === sides.theirs;
  }
  return isTheirs ? theirs : { kind: 'object', members };
}

/** What a conflict is to become; an edited value of undefined removes. */
export type Choice = 'mine' | 'theirs' | { readonly edited: JsonNode | undefined };

/**
 * The merge with one of its conflicts decided; when `conflicts` is empty, `merged` is what to save.
 * @throws AdminError (usage) no-such-conflict, path-is-root for removing the document, and those of storable.ts for an edited value
 */
export function resolveConflict(result: Merge, path: JsonPath, choice: Choice): Merge {
  const pointer = formatPointer(path);
  const conflict = result.conflicts.find((candidate) => formatPointer(candidate.path) === pointer);
  if (conflict === undefined) throw noSuchConflict(path);
  const conflicts = result.conflicts.filter((candidate) => candidate !== conflict);
  const value = typeof choice === 'object' ? choice.edited : conflict[choice];
  if (sameDocument(value, conflict.theirs)) {
    return { ...result, conflicts, alsoChanged: [...result.alsoChanged, conflict.path] };
  }
  return {
    ...result,
    conflicts,
    merged: placed(result.merged, conflict.path, value),
    changed: [...result.changed, conflict.path],
  };
}

function placed(document: JsonNode, path: JsonPath, value: JsonNode | undefined): JsonNode {
  const draft = new Draft(document);
  if (value === undefined) draft.remove(path);
  else if (nodeAt(document, path) === undefined) draft.add(path, value, 'refuse');
  else draft.replace(path, value);
  return draft.document;
}

function noSuchConflict(path: JsonPath): AdminError {
  return new AdminError({
    kind: 'usage',
    code: 'no-such-conflict',
    whatHappened: `There is no conflict at ${pointerInWords(path)}.`,
    whatToDo: 'Name the path of a conflict that is still open.',
  });
}
