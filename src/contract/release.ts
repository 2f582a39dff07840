/** What a release of the function writes on objects. */
export interface Release {
  /** Version of the function. It is written on objects but never on a pod template, because it must not restart pods. */
  version: string;
  /** Image of the init container and the sidecars, unless the platform names another image. Its version is separate. */
  rendererImage: string;
}
