declare module 'virtual:messages/*' {
  const messages: Record<string, import('@/model/messages').Message>;
  export default messages;
}
