import { expect, it } from 'vitest';
import { groupsOf, propertiesOf } from './plugins';

// UI-870
it('elements of a group stand by kind, without empty groups', () => {
  const groups = groupsOf([{ name: 'a', title: 'A', group: 'g', tasks: [{ cls: 'g.T', title: 'does' }], charts: ['g.C'] }, { name: 'b', title: 'B', group: 'h' }] as never);
  expect(groups).toEqual([{ name: 'g', title: 'A', sub: 'g', elements: [{ cls: 'g.T', title: 'does', description: '', deprecated: false, kind: 'tasks' }, { cls: 'g.C', title: '', description: '', deprecated: false, kind: 'charts' }] }]);
});
// UI-871
it('properties have their types, the required ones first', () => {
  const found = propertiesOf({ required: ['uri'], properties: { b: { type: 'array', items: { type: 'string' } }, uri: { type: 'string', $dynamic: true, title: 'where' }, o: { type: 'object', properties: { x: { enum: ['A', 'B'], default: 'A' } } }, m: { type: 'object', additionalProperties: { type: 'integer' } }, u: { anyOf: [{ type: 'string' }, { type: 'integer' }] } } } as never);
  expect(found.map((one) => `${'.'.repeat(one.depth)}${one.name}:${one.type}${one.required ? '!' : ''}${one.dynamic ? '~' : ''}${one.value}`)).toEqual(['uri:string!~', 'b:list of string', 'm:map of integer', 'o:object', '.x:enum"A"', 'u:string | integer']);
});
