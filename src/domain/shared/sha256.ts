import { hash } from 'node:crypto';

/** SHA-256 of a text's UTF-8 bytes in hexadecimal: a pure function, and the only thing the domain takes from node:crypto. */
export const sha256 = (text: string): string => hash('sha256', text, 'hex');
