import type { Args, Decide, Environment, Guard } from '../../types.js';
import type { RootFolders } from './client-roots.js';
import { realPath, withRealPaths } from './real-path.js';

/** What no call may touch. @internal */
export interface Own {
  /** The gateway's own files, asked when a call first might touch them. */
  readonly files: () => readonly string[];
  /** Does something in these arguments lead to a page where people decide? */
  readonly leadsToDesk: (args: Args) => boolean;
}

/**
 * The policy as it is bound now. What relative paths are resolved against changes once the client has told the server its
 * roots; all else is fixed for the gateway's life.
 *
 * @internal
 */
export class BoundPolicy {
  decide: Decide;
  private guardNow: Guard | null | undefined;
  private known: readonly string[];
  private hasUnknown = false;

  /**
   * @param own What no call may touch; null where that is not protected.
   * @throws BindError
   */
  constructor(
    private readonly bind: (environment: Environment) => Decide,
    private readonly environment: Environment,
    private readonly own: Own | null,
    /** Folders that the server was started with: it may resolve relative paths against them. */
    private readonly serverFolders: readonly string[] = [],
  ) {
    this.known = environment.roots ?? [];
    this.decide = bind(environment);
  }

  /** The folders that relative paths are resolved against. */
  get roots(): readonly string[] {
    return this.known;
  }

  /** The client has told the server its roots: from now on each of them is one more folder. */
  addRoots({ folders, hasUnknown }: RootFolders): void {
    const added = withRealPaths(folders).filter((folder) => !this.known.includes(folder));
    if (added.length === 0 && (!hasUnknown || this.hasUnknown)) return;
    this.known = [...this.known, ...added];
    this.hasUnknown ||= hasUnknown;
    this.decide = this.bind({ ...this.environment, roots: this.known, hasUnknownRoots: this.hasUnknown });
    this.guardNow = undefined;
  }

  /** Would this call change one of the gateway's own files, or reach a page where people decide? */
  touches(kind: 'tool' | 'method', name: string, args: Args): 'yes' | 'maybe' | 'no' {
    if (this.own === null) return 'no';
    if (this.own.leadsToDesk(args)) return 'yes';
    this.guardNow ??= this.decide.guard(this.own.files(), [process.cwd(), ...this.serverFolders], realPath);
    return this.decide.touches(kind, name, args, this.guardNow);
  }
}
