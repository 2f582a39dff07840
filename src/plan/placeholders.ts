/** Name of the placeholder of a credential. Identifiers are lowercase, so uppercase keeps names unique. */
export const placeholderName = (id: string, purpose: string): string => `${id.toUpperCase()}_${purpose}`;

/** The placeholders of a Resource in its configuration, by the purpose of the credential. */
export const placeholderOf =
  (id: string) =>
  (purpose: string): string =>
    `\${${placeholderName(id, purpose)}}`;
