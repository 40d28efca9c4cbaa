export type Fault =
  | { readonly kind: 'refuse' | 'hang' | 'reset' | 'truncate' | 'garbage' }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: 'redirect'; readonly to: string };
interface Match {
  readonly method?: string;
  readonly path?: RegExp;
  readonly after?: number;
  /** the last to be asked, of a request that fits otherwise */
  readonly when?: (authorization: string | undefined) => boolean;
}
export interface Faults {
  /** answers the next `times` matching requests with the fault */
  readonly add: (match: Match, fault: Fault, times?: number) => void;
  readonly clear: () => void;
  /** the fault of a request, which is then used up by one */
  readonly next: (method: string, path: string, authorization: string | undefined) => Fault | undefined;
}

export const makeFaults = (): Faults => {
  const planned: { readonly match: Match; readonly fault: Fault; left: number; passed: number }[] = [];
  return {
    add: (match, fault, times = 1) => void planned.push({ match, fault, left: times, passed: 0 }),
    clear: () => void planned.splice(0),
    next: (method, path, authorization) => {
      for (const one of planned) {
        const { match } = one;
        if (
          one.left <= 0 ||
          (match.method !== undefined && match.method !== method) ||
          (match.path !== undefined && !match.path.test(path)) ||
          match.when?.(authorization) === false
        )
          continue;
        if (one.passed++ < (match.after ?? 0)) continue;
        one.left--;
        return one.fault;
      }
      return undefined;
    },
  };
};
