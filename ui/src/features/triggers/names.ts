// A trigger's name as one text, for keys of rows and addresses.
export interface Name { namespace: string; flowId: string; triggerId: string }

export const keyOf = (name: Name): string => `${name.namespace}/${name.flowId}/${name.triggerId}`;

export function partsOf(key: string): Name {
  const [namespace = '', flowId = '', ...rest] = key.split('/');
  return { namespace, flowId, triggerId: rest.join('/') };
}
