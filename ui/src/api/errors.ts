// What went wrong with a request, in the words of the server.
import type { components } from './generated/contract';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code: string,
    readonly lines: string[],
    readonly hint: string,
  ) {
    super(message);
  }
}

type Body = Partial<components['schemas']['Error']>;

const mostRefused = 12;

export function apiError(status: number, body: unknown, fallback: string): ApiError {
  const known: Body = typeof body === 'object' && body !== null ? (body as Body) : {};
  const message = known.message ?? (typeof body === 'string' && body !== '' && body.length < 400 ? body : fallback);
  const lines = (known.errors ?? []).map((error) => error.message ?? '').filter((line) => line !== '' && line !== message);
  // A bulk operation names each thing that it refused, with the reason (UI-162).
  const refused = ((body as { invalids?: { invalidValue?: unknown; message?: string }[] } | null)?.invalids ?? []).map((one) => `${String(one.invalidValue)}: ${one.message ?? ''}`);
  if (refused.length > 0) lines.push(...refused.slice(0, mostRefused), ...(refused.length > mostRefused ? [`+${refused.length - mostRefused}`] : []));
  return new ApiError(status, message, known.code ?? `HTTP ${status}`, lines, known.hint ?? '');
}

// Whether the same request may succeed a little later: the server was away, it failed, or it was too busy for a long read (422).
export const mayPass = (error: unknown): boolean => error instanceof ApiError && (error.status === 0 || error.status === 422 || error.status >= 500);
