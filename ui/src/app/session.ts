// Who uses the page: in open mode nobody has to sign in. Where there is no account yet, the first one is created.
import { useQueryClient } from '@tanstack/vue-query';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { configurationKey, fetchConfiguration, fetchLoginConfiguration, logout } from '@/api/queries/configs';
import type { Schemas } from '@/api/client';
import { ApiError } from '@/api/errors';
import { fetchMe, fetchPreferences, meKey } from '@/api/queries/person';
import { permissions } from '@/kit/permissions';

export const useSession = defineStore('session', () => {
  const rules = ref<Schemas['LoginConfiguration']>();
  const loginRequired = computed(() => rules.value?.isLoginRequired === true);
  // No account yet, and none is configured: the first one is created in the browser (UI-80).
  const mustSetUp = computed(() => rules.value?.isBasicAuthInitialized === false && !rules.value.isLoginRequired);
  const signedIn = ref(false);
  const preferences = shallowRef<Schemas['Preferences']>();
  const client = useQueryClient();

  // Preferences that cannot be read keep nobody out: those of this browser hold.
  function refused(error: unknown): undefined {
    if (error instanceof ApiError && error.status === 401) throw error;
    return undefined;
  }
  async function load(): Promise<void> {
    if (rules.value === undefined || mustSetUp.value) rules.value = await fetchLoginConfiguration();
    try {
      // All at once (UI-6). The pages have it from here, and do not ask again.
      const [configuration, me, kept] = await Promise.all([fetchConfiguration(), fetchMe(), fetchPreferences().catch(refused)]);
      client.setQueryData(configurationKey, configuration);
      client.setQueryData(meKey, me);
      permissions.value = me.permissions;
      preferences.value = kept;
      signedIn.value = true;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
      signedIn.value = false;
    }
  }
  async function leave(): Promise<void> {
    await logout();
    signedIn.value = false;
    permissions.value = undefined;
  }
  return { loginRequired, mustSetUp, signedIn, preferences, load, leave };
});
