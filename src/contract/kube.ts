/** A JSON value in a Kubernetes object. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object. */
export type JsonObject = { [key: string]: Json };

/** The metadata of an object that this project renders. */
export interface RenderedMetadata {
  name: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/** A Kubernetes object as this project renders it: only the desired fields. */
export interface RenderedObject {
  apiVersion: string;
  kind: string;
  metadata: RenderedMetadata;
  [field: string]: unknown;
}
