import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join, resolve, sep } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import type { ApiServer, Session } from './api-server.ts';
import { type ExecConfig, type ExecStatus, execCredential } from './exec-credential.ts';
import { KubeconfigError } from './kubeconfig-error.ts';
import { sessionOf } from './kubeconfig-session.ts';

/** Where to find a cluster. */
export interface KubeconfigChoice {
  /** @default the files of `$KUBECONFIG`, else `~/.kube/config`, as for kubectl */
  kubeconfig?: string;
  /** @default its current one */
  context?: string;
}

type User = KubeConfig['users'][number];
type Options = Parameters<Parameters<KubeConfig['addAuthenticator']>[0]['applyAuthentication']>[1];

/** A credential is renewed so long before it expires, in milliseconds. */
const BEFORE_EXPIRY_MS = 30_000;

/** The cluster of a context of a kubeconfig, and how to get in: for the command line. */
export class Kubeconfig extends KubeConfig implements ApiServer {
  /** The file, or all of `$KUBECONFIG`. */
  readonly file: string;
  readonly context: string;
  /** What the kubeconfig calls the cluster. */
  readonly clusterName: string;
  /** URL of the API server. */
  readonly server: string;
  /** By user. The library's own runner waits for ever, and tells only what the program writes to standard error. */
  readonly #plugins = new Map<string, ExecConfig>();
  readonly #credentials = new Map<string, { status: ExecStatus; until: number }>();

  /** @throws {KubeconfigError} when a file cannot be read, or there is no such context with a cluster */
  constructor({ kubeconfig, context }: KubeconfigChoice) {
    super();
    const files = kubeconfig === undefined ? usualFiles() : [kubeconfig];
    this.file = files.join(delimiter);
    for (const file of files) this.#add(file);
    this.context = context ?? this.currentContext ?? '';
    this.currentContext = this.context;
    const cluster = this.#clusterOfContext(context === undefined);
    this.clusterName = cluster.name;
    this.server = cluster.server;
    this.addAuthenticator({
      isAuthProvider: ({ name }: User) => this.#plugins.has(name),
      applyAuthentication: (user: User, options: Options) => this.#authenticate(user, options),
    });
  }

  /** @throws {KubeconfigError} when there are no credentials */
  async open(): Promise<Session> {
    try {
      return await sessionOf(this);
    } catch (error) {
      if (error instanceof KubeconfigError) throw error;
      throw new KubeconfigError('credentials', `the credentials in ${this.file} cannot be used: ${said(error)}`, error);
    }
  }

  /** Where several files define a name, the first one holds, as for kubectl. */
  #add(file: string): void {
    const one = new KubeConfig();
    try {
      one.loadFromString(readFileSync(file, 'utf8'));
      one.makePathsAbsolute(dirname(file));
    } catch (error) {
      throw new KubeconfigError('file', `the kubeconfig ${file} cannot be used: ${said(error)}`, error);
    }
    const isNew = (known: { name: string }[]) => (each: { name: string }) =>
      !known.some(({ name }) => name === each.name);
    for (const { exec, ...user } of one.users.filter(isNew(this.users))) {
      this.users.push(user);
      if (exec) this.#plugins.set(user.name, { ...exec, command: commandOf(exec, file) });
    }
    this.clusters.push(...one.clusters.filter(isNew(this.clusters)));
    this.contexts.push(...one.contexts.filter(isNew(this.contexts)));
    this.currentContext ??= one.currentContext;
  }

  #clusterOfContext(isCurrent: boolean): { name: string; server: string } {
    if (this.contexts.length === 0)
      throw new KubeconfigError('file', `${this.file} is not a kubeconfig: it has no contexts`);
    const others = `it has ${this.contexts.map(({ name }) => JSON.stringify(name)).join(', ')}`;
    const fault = (what: string) => new KubeconfigError('context', `${this.file} ${what}`);
    if (this.context === '') throw fault(`sets no current context; ${others}`);
    if (!this.getContextObject(this.context))
      throw fault(`has no context ${JSON.stringify(this.context)}${isCurrent ? ', its current one' : ''}; ${others}`);
    const cluster = this.getCurrentCluster();
    if (!cluster) throw fault(`names no cluster that it has in the context ${JSON.stringify(this.context)}`);
    if (!URL.canParse(cluster.server)) throw fault(`has a cluster whose server is not a URL: ${cluster.server}`);
    if (cluster.server.startsWith('http:') && !cluster.skipTLSVerify)
      throw fault(
        `has a server without TLS, ${cluster.server}, as "kubectl proxy" is: name the API server itself, with https. ` +
          'If the proxy is meant, allow it in the kubeconfig with "insecure-skip-tls-verify: true" for this cluster',
      );
    return cluster;
  }

  /** The program is run once for all that use this object, as long as what it answered is valid. */
  async #authenticate({ name }: User, options: Options): Promise<void> {
    const plugin = this.#plugins.get(name);
    if (!plugin) return;
    let held = this.#credentials.get(name);
    if (!held || held.until < Date.now()) {
      const status = await execCredential(plugin);
      held = { status, until: Date.parse(status.expirationTimestamp ?? '') - BEFORE_EXPIRY_MS || 0 };
      this.#credentials.set(name, held);
    }
    const { token, clientCertificateData, clientKeyData } = held.status;
    if (clientCertificateData) options.cert = clientCertificateData;
    if (clientKeyData) options.key = clientKeyData;
    if (token) options.headers = { ...options.headers, Authorization: `Bearer ${token}` };
  }
}

function usualFiles(): string[] {
  const named = (process.env['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  if (named.length === 0) return [join(homedir(), '.kube', 'config')];
  // As kubectl does: a file of the list may be missing, but not all of them.
  const there = named.filter((file) => existsSync(file));
  return there.length > 0 ? there : named.slice(0, 1);
}

/** A relative path starts at the kubeconfig; a plain name is looked up in `$PATH`. */
const commandOf = ({ command }: ExecConfig, file: string): string =>
  command.includes(sep) ? resolve(dirname(file), command) : command;

/** What a library says, on one line. The YAML library shows the place with lines of the file, which may be secret. */
function said(error: unknown): string {
  const { message, reason, mark } = error as { message?: string; reason?: string; mark?: { line: number } };
  if (reason && mark) return `line ${mark.line + 1}: ${reason}`;
  return error instanceof TypeError ? 'it is not a kubeconfig' : (message ?? String(error));
}
