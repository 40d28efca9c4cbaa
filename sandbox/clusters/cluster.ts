export interface Answer {
  readonly status: number;
  readonly body: unknown;
}
/** A Kubernetes API server of its own, with its etcd and its controller manager. */
export interface Cluster {
  readonly name: string;
  /** `https://127.0.0.1:PORT` */
  readonly server: string;
  readonly caPem: string;
  /** path of a file with one admin context, named like the cluster */
  readonly kubeconfig: string;
  readonly adminToken: string;
  /** A JSON call as admin. */
  request(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer>;
  /** Stops the API server alone. */
  kill(): Promise<void>;
  /** Starts the API server again, on the same port and with the same data. */
  revive(): Promise<void>;
}
