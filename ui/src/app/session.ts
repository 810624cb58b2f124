// Who uses the page: in open mode nobody has to sign in. Where there is no account yet, the first one is created.
import { useQueryClient } from '@tanstack/vue-query';
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { configurationKey, fetchConfiguration, fetchLoginConfiguration, logout } from '@/api/queries/configs';
import type { Schemas } from '@/api/client';
import { ApiError } from '@/api/errors';

export const useSession = defineStore('session', () => {
  const rules = ref<Schemas['LoginConfiguration']>();
  const loginRequired = computed(() => rules.value?.isLoginRequired === true);
  // No account yet, and none is configured: the first one is created in the browser (UI-80).
  const mustSetUp = computed(() => rules.value?.isBasicAuthInitialized === false && !rules.value.isLoginRequired);
  const signedIn = ref(false);
  const client = useQueryClient();

  async function load(): Promise<void> {
    if (rules.value === undefined || mustSetUp.value) rules.value = await fetchLoginConfiguration();
    try {
      // The pages have it from here, and do not ask again.
      client.setQueryData(configurationKey, await fetchConfiguration());
      signedIn.value = true;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
      signedIn.value = false;
    }
  }
  async function leave(): Promise<void> {
    await logout();
    signedIn.value = false;
  }
  return { loginRequired, mustSetUp, signedIn, load, leave };
});
