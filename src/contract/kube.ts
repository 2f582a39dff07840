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

/** A type of the Kubernetes API as this project writes it: read-only, and an optional field may also be undefined. */
export type Written<Type> = Type extends object
  ? {
      readonly [Field in keyof Type]:
        | Written<Type[Field]>
        | (undefined extends Type[Field] ? undefined : never);
    }
  : Type;

/** A kind of the Kubernetes API as this project renders it. */
export type Rendered<Kind extends { apiVersion?: string; kind?: string }> = Written<
  Omit<Kind, 'apiVersion' | 'kind' | 'metadata' | 'status'>
> &
  Required<Pick<Kind, 'apiVersion' | 'kind'>> & { metadata: RenderedMetadata };
