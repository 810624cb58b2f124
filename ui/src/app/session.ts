// Who uses the page: in open mode nobody has to sign in.
import { defineStore } from 'pinia';
import { ref } from 'vue';
import { fetchConfiguration, fetchLoginConfiguration, logout } from '@/api/queries/configs';
import type { Schemas } from '@/api/client';
import { ApiError } from '@/api/errors';

export const useSession = defineStore('session', () => {
  const loginRequired = ref<boolean>();
  const signedIn = ref(false);
  const configuration = ref<Schemas['Configuration']>();

  async function load(): Promise<void> {
    loginRequired.value ??= (await fetchLoginConfiguration()).isLoginRequired;
    try {
      configuration.value = await fetchConfiguration();
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
  return { loginRequired, signedIn, configuration, load, leave };
});
