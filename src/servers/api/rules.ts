import type { Rule } from '../../schema/rules.ts';
import { headerName, isReservedHeader, reservedHeader } from './headers.ts';

interface Parameter {
  name: string;
  in: string;
  type: string;
  required?: boolean | undefined;
  enum?: readonly string[] | undefined;
  pattern?: string | undefined;
  default?: string | undefined;
}

/** The rules for a parameter that a spec declares. */
export const parameterRules: readonly Rule<Parameter>[] = [
  {
    rule: "self.type == 'string' || (!has(self.enum) && !has(self.pattern) && !has(self.default))",
    message: 'enum, pattern and default are supported for strings only',
    holds: (it) => it.type === 'string' || (it.enum ?? it.pattern ?? it.default) === undefined,
  },
  {
    rule: '!has(self.enum) || !has(self.pattern)',
    message: 'enum and pattern must not both be set',
    holds: (it) => it.enum === undefined || it.pattern === undefined,
  },
  {
    // MCP Toolbox would refuse every call without the parameter.
    rule: '!has(self.enum) || !has(self.default) || self.default in self.enum',
    message: 'default must be one of enum',
    holds: (it) => it.enum === undefined || it.default === undefined || it.enum.includes(it.default),
  },
  {
    rule: "self.__in__ != 'path' || !(self.type in ['array', 'object'])",
    message: 'a parameter in the path must not be an array or an object',
    holds: (it) => it.in !== 'path' || !['array', 'object'].includes(it.type),
  },
  {
    rule: "self.__in__ != 'query' || self.type != 'object'",
    message: 'a parameter in the query must not be an object',
    holds: (it) => it.in !== 'query' || it.type !== 'object',
  },
  {
    rule: "self.__in__ != 'header' || self.type == 'string'",
    message: 'a header must be a string',
    holds: (it) => it.in !== 'header' || it.type === 'string',
  },
  {
    rule: "self.__in__ != 'header' || !has(self.required) || self.required || has(self.default)",
    message: 'a header must be required, or have a default',
    holds: (it) => it.in !== 'header' || it.required !== false || it.default !== undefined,
  },
  {
    rule: `self.__in__ != 'header' || (self.name.matches('${headerName.source}') && !self.name.matches('(?i)${reservedHeader.source}'))`,
    message: 'this header is reserved: callers must not set it',
    holds: (it) => it.in !== 'header' || (headerName.test(it.name) && !isReservedHeader(it.name)),
  },
];

interface Operation {
  method: string;
  path: string;
  parameters: readonly Parameter[];
}

const inPath = ({ parameters }: Operation) => parameters.filter((it) => it.in === 'path');
const count = (path: string, brace: string) => path.split(brace).length - 1;

/** The rules for an operation that a spec declares. */
export const operationRules: readonly Rule<Operation>[] = [
  {
    rule: "!(self.method in ['GET', 'HEAD']) || !self.parameters.exists(p, p.__in__ == 'body')",
    message: 'GET and HEAD must not have a body',
    holds: (it) => !['GET', 'HEAD'].includes(it.method) || !it.parameters.some((p) => p.in === 'body'),
  },
  {
    rule: "self.parameters.all(p, p.__in__ != 'path' || self.path.contains('{' + p.name + '}'))",
    message: 'path must contain each path parameter in braces',
    holds: (it) => inPath(it).every(({ name }) => it.path.includes(`{${name}}`)),
  },
  {
    rule: "self.path.split('{').size() == self.parameters.filter(p, p.__in__ == 'path').size() + 1 && self.path.split('}').size() == self.path.split('{').size()",
    message: 'path must contain each path parameter once, and no other braces',
    holds: (it) => count(it.path, '{') === inPath(it).length && count(it.path, '}') === inPath(it).length,
  },
  {
    rule: 'self.parameters.all(p, self.parameters.exists_one(q, q.name == p.name && q.__in__ == p.__in__))',
    message: 'parameters must not have the same name and place',
    holds: ({ parameters }) =>
      new Set(parameters.map((it) => `${it.in} ${it.name}`)).size === parameters.length,
  },
];
