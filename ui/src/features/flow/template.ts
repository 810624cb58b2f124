// The flow that a new page begins with. It can be saved and executed as it is.
const letters = 'abcdefghjkmnpqrstuvwxyz';

export function freshFlow(namespace: string): string {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(4)), (value) => letters[value % letters.length]).join('');
  return `id: hello-${random}
namespace: ${namespace}

tasks:
  - id: hello
    type: io.kestra.plugin.core.log.Log
    message: Hello from {{ flow.id }}
`;
}
