/**
 * How a value of a Secret begins or ends if it is probably not as its author wanted: files end in a line break, editors
 * write a byte order mark, and people copy blanks. All of it is part of the value. Undefined if there is nothing odd.
 * Contains nothing of the value.
 */
export const oddityOf = (value: string): string | undefined => {
  const [first, last] = [value.at(0) ?? '', value.at(-1) ?? ''];
  const found = [
    ...(first === '\ufeff' ? ['begins with a byte order mark'] : []),
    ...(isBreak(first) ? ['begins with a line break'] : []),
    ...(isBlank(first) ? ['begins with a blank'] : []),
    ...(isBreak(last) ? ['ends in a line break'] : []),
    ...(isBlank(last) ? ['ends in a blank'] : []),
  ];
  return found.length > 0 ? found.join(' and ') : undefined;
};

const isBreak = (character: string): boolean => /[\r\n\u2028\u2029]/.test(character);

const isBlank = (character: string): boolean =>
  /\s/.test(character) && !isBreak(character) && character !== '\ufeff';
