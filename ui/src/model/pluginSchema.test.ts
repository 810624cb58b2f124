import { describe, expect, it } from 'vitest';
import { propertiesOf, retyped } from './pluginSchema';

describe('a value that gets another type', () => {
  it('keeps what the new type has, too', () => {
    const root = { definitions: {} };
    const properties = propertiesOf(root, { properties: { type: { const: 'exponential' }, maxAttempts: { type: 'integer' }, interval: { type: 'string' }, maxInterval: { type: 'string' } } });
    expect(retyped({ type: 'constant', interval: 'PT1S', maxAttempts: 3, warningOnRetry: true }, 'exponential', properties)).toEqual({ type: 'exponential', interval: 'PT1S', maxAttempts: 3 });
    expect(retyped({}, 'exponential', properties)).toEqual({ type: 'exponential' });
  });
});
