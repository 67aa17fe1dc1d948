// Where the mini-program lies.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');
export const program = path.join(root, 'assets/miniprogram');
export const photo = path.join(root, 'assets/samples/product.jpg');

// A JSON file of the program.
export const json = (name) => JSON.parse(readFileSync(path.join(program, name), 'utf8'));
export const PAGES = json('app.json').pages;
