/** What one release of the function puts on objects. */
export interface Release {
  /** Version of the function, on objects but never on a pod template: a new one must not restart pods. */
  version: string;
  /** Image of the init container and the sidecars, unless the platform names another. It has a version of its own. */
  rendererImage: string;
}
