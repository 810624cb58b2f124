import { describe, expect, it } from 'vitest';
import { computed, ref } from 'vue';
import { usePage } from './usePage';

describe('a page of a list', () => {
  it('is the first one when something else is listed, and stays where the same is listed', () => {
    const filters = ref([{ field: 'state', values: ['FAILED'] }]);
    const page = usePage(() => JSON.stringify(filters.value));
    const asked = computed(() => `${filters.value[0]?.values.join() ?? ''} ${page.value}`);
    page.value = 3;
    filters.value = [{ field: 'state', values: ['FAILED'] }];
    expect(asked.value).toBe('FAILED 3');
    filters.value = [{ field: 'state', values: ['SUCCESS'] }];
    expect(asked.value).toBe('SUCCESS 1');
  });
});
