// Who uses the page: in open mode nobody has to sign in.
import { useQueryClient } from '@tanstack/vue-query';
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { configurationKey, fetchConfiguration, fetchLoginConfiguration, logout } from '@/api/queries/configs';
import { ApiError } from '@/api/errors';

export const useSession = defineStore('session', () => {
  const loginRequired = ref<boolean>();
  const signedIn = ref(false);
  const client = useQueryClient();

  async function load(): Promise<void> {
    loginRequired.value ??= (await fetchLoginConfiguration()).isLoginRequired;
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
  return { loginRequired, signedIn, load, leave };
});
