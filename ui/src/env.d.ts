// How each language but English is loaded.
declare module 'virtual:languages' {
  const languages: Record<string, () => Promise<{ default: Record<string, import('@/model/messages').Message> }>>;
  export default languages;
}
declare module 'virtual:messages/*' {
  const messages: Record<string, import('@/model/messages').Message>;
  export default messages;
}
