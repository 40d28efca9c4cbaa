import { UserError } from './errors.ts';

/** Aborted after so many milliseconds, with a reason that tells of it; no longer run is kept alive by it. */
export const deadlineAfter = (ms: number): AbortSignal => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(passed()), ms).unref();
  return controller.signal;
};
/** With a code, as what a file cannot be read for. */
const passed = (): Error =>
  Object.assign(new UserError('the deadline of the run passed first', 'give it more time with --deadline'), { code: 'ETIME' });
/** Ctrl-C, or whatever else ends a wait, whichever comes first. */
export const firstOf = (signal: AbortSignal, deadline: AbortSignal | undefined): AbortSignal =>
  deadline === undefined ? signal : AbortSignal.any([signal, deadline]);
/** Between two steps: throws the reason of Ctrl-C, or of a deadline that has passed. */
export const throwIfOver = ({ signal, deadline }: { readonly signal?: AbortSignal; readonly deadline?: AbortSignal | undefined }): void => {
  signal?.throwIfAborted();
  deadline?.throwIfAborted();
};
