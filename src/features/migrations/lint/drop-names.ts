import type { Node } from '@pgsql/types';
import { namesOf } from '../tree.ts';

/** The parts of each name that a DROP lists. */
export function droppedNames(objects: readonly Node[] = []): readonly (readonly string[])[] {
  return objects.map((node) => {
    if ('List' in node) return namesOf(node.List.items);
    if ('TypeName' in node) return namesOf(node.TypeName.names);
    if ('ObjectWithArgs' in node) return namesOf(node.ObjectWithArgs.objname);
    return namesOf([node]);
  });
}
